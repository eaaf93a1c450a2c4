// SPDX-License-Identifier: Apache-2.0
/**
 * Cloud Storage as far as private buckets of files need it: the JSON API (https://cloud.google.com/storage/docs/json_api/v1) in the messages of its own
 * client library, and of the XML API the one request by which a machine fetches an object
 * (https://cloud.google.com/storage/docs/xml-api/get-object-download).
 */
@NullMarked
package dev.privatellm.lab.gcp.storage;

import org.jspecify.annotations.NullMarked;
