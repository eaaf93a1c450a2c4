/**
 * Cloud KMS v1 in the location {@code global}: key rings, keys with their versions, and the grants on them. It encrypts nothing; it tells who could. A ring is
 * never deleted, and no name is used twice, as in the cloud; the deletion of keys is not kept here: https://cloud.google.com/kms/docs/resource-hierarchy.
 */
@NullMarked
package dev.privatellm.lab.gcp.kms;

import org.jspecify.annotations.NullMarked;
