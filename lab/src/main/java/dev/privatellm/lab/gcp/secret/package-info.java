/** Secret Manager v1: secrets with automatic replication, their versions and the grants on them, as consistent or stale as Google documents it. */
@NullMarked
package dev.privatellm.lab.gcp.secret;

import org.jspecify.annotations.NullMarked;
