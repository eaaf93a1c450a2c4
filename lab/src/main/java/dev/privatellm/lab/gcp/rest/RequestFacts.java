// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.rest;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import java.util.Set;

/** What journal and faults want to know of any request. */
final class RequestFacts {

    /** Fields that name what is to be made. */
    private static final Set<String> IDS = Set.of("secret_id", "account_id", "key_ring_id", "crypto_key_id");

    private RequestFacts() {}

    /** Name of what is to be made: the resource's in the body, or the id beside it; empty if nothing is made. */
    static String name(Message request) {
        for (FieldDescriptor field : request.getDescriptorForType().getFields()) {
            if (IDS.contains(field.getName())) {
                return request.getField(field).toString();
            }
            if (field.getName().endsWith("_resource")
                    && request.getDescriptorForType().getName().startsWith("Insert")) {
                return inner(request, field, "name");
            }
        }
        return "";
    }

    /** The project that the path names; empty if it names none. */
    static String project(Message request) {
        FieldDescriptor field = request.getDescriptorForType().findFieldByName("project");
        return field == null ? "" : request.getField(field).toString();
    }

    /** Machine type of an instance in the body, without its address; empty if there is none. */
    static String machineType(Message request) {
        FieldDescriptor field = request.getDescriptorForType().findFieldByName("instance_resource");
        String url = field == null ? "" : inner(request, field, "machine_type");
        return url.substring(url.lastIndexOf('/') + 1);
    }

    private static String inner(Message request, FieldDescriptor field, String name) {
        if (field.getJavaType() != JavaType.MESSAGE || !request.hasField(field)) {
            return "";
        }
        Message inner = (Message) request.getField(field);
        FieldDescriptor wanted = inner.getDescriptorForType().findFieldByName(name);
        return wanted == null ? "" : inner.getField(wanted).toString();
    }
}
