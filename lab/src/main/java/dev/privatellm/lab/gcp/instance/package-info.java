/**
 * What a virtual machine is made of while it has power: its addresses, its metadata server, its software as a process of its own, its engine, and the door
 * through which the outside reaches it. It knows no API and no status words.
 */
@NullMarked
package dev.privatellm.lab.gcp.instance;

import org.jspecify.annotations.NullMarked;
