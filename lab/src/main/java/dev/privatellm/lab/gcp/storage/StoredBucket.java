// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.storage;

import com.google.api.services.storage.model.Bucket;
import dev.privatellm.lab.gcp.iam.Grants;
import java.util.TreeMap;

/**
 * One bucket with its objects by name. Guarded by whoever keeps it.
 *
 * @param project number of the project that it belongs to
 */
record StoredBucket(long project, Bucket view, Grants grants, TreeMap<String, StoredObject> objects) {}
