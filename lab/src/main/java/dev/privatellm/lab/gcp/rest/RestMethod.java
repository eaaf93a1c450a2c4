// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.rest;

import com.google.api.AnnotationsProto;
import com.google.api.ClientProto;
import com.google.api.HttpRule;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One way to call one method.
 *
 * @param rpc short name such as {@code Instances.Insert}
 * @param body request field that the body is, {@code *} for the whole request, empty for none
 */
record RestMethod(String rpc, MethodDescriptor descriptor, String verb, PathTemplate path, String body) {

    /** All ways to call the methods of a service. */
    static List<RestMethod> of(ServiceDescriptor service) {
        List<RestMethod> methods = new ArrayList<>();
        for (MethodDescriptor method : service.getMethods()) {
            HttpRule rule = method.getOptions().getExtension(AnnotationsProto.http);
            methods.add(of(method, rule));
            rule.getAdditionalBindingsList().forEach(more -> methods.add(of(method, more)));
        }
        return methods;
    }

    /** The ways to call methods that a service lends to others, which say by themselves where they have them. */
    static List<RestMethod> of(FileDescriptor file, Map<String, List<HttpRule>> rules) {
        List<RestMethod> methods = new ArrayList<>();
        rules.forEach((rpc, ways) -> {
            int dot = rpc.indexOf('.');
            MethodDescriptor method =
                    file.findServiceByName(rpc.substring(0, dot)).findMethodByName(rpc.substring(dot + 1));
            ways.forEach(rule -> methods.add(of(method, rule)));
        });
        return methods;
    }

    /** Full name of a method, as gRPC and Google's logs write it. */
    String fullName() {
        return descriptor.getFullName();
    }

    /** What a project has to have enabled for it, such as {@code compute.googleapis.com}; empty if the descriptor does not say. */
    String api() {
        return descriptor.getService().getOptions().getExtension(ClientProto.defaultHost);
    }

    private static RestMethod of(MethodDescriptor method, HttpRule rule) {
        String path = switch (rule.getPatternCase()) {
            case GET -> rule.getGet();
            case PUT -> rule.getPut();
            case POST -> rule.getPost();
            case DELETE -> rule.getDelete();
            case PATCH -> rule.getPatch();
            case CUSTOM, PATTERN_NOT_SET ->
                throw new IllegalStateException(method.getFullName() + " has no verb that REST knows");
        };
        return new RestMethod(
                method.getService().getName() + "." + method.getName(),
                method,
                rule.getPatternCase().name().toUpperCase(Locale.ROOT),
                PathTemplate.parse(path),
                rule.getBody());
    }
}
