// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.storage;

import com.google.api.services.storage.model.StorageObject;
import com.google.protobuf.ByteString;

/** One object: what is told of it, and its content. */
record StoredObject(StorageObject view, ByteString content) {}
