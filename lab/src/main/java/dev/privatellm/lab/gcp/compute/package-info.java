/**
 * Compute Engine v1, as far as one GPU machine behind one firewall rule needs it: instances with their life, disks, networks with their subnetworks, firewall
 * rules, operations, and the zones and machine types of the catalog. Behaviour follows Google's reference; what is reported of the real service beyond it is
 * marked where it is done.
 */
@NullMarked
package dev.privatellm.lab.gcp.compute;

import org.jspecify.annotations.NullMarked;
