/**
 * Secret Manager v1: secrets with automatic replication, under Google's key or the customer's, their versions and the grants on them, as consistent or stale
 * as Google documents it.
 */
@NullMarked
package dev.privatellm.lab.gcp.secret;

import org.jspecify.annotations.NullMarked;
