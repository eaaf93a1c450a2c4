/**
 * Cloud KMS v1 in the location {@code global}: key rings, keys with their versions, and the grants on them. It encrypts nothing; it tells who could. Neither
 * rings nor keys are ever deleted, as in the cloud: https://cloud.google.com/kms/docs/resource-hierarchy.
 */
@NullMarked
package dev.privatellm.lab.gcp.kms;

import org.jspecify.annotations.NullMarked;
