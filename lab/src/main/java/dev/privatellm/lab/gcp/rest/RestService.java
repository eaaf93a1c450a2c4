// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.rest;

import com.google.api.HttpRule;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Message;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The methods of some services that do something here; all their others are known by name and refused as not implemented. */
public final class RestService {

    /** Does what a method does. Refuses with {@link ApiError}; may wait. */
    @FunctionalInterface
    public interface Handler<Q extends Message> {
        Message handle(Caller caller, Q request) throws InterruptedException;
    }

    record Binding<Q extends Message>(Q prototype, Handler<Q> handler) {

        @SuppressWarnings("unchecked") // a builder of the prototype's own type made it
        Message call(Caller caller, Message request) throws InterruptedException {
            return handler.handle(caller, (Q) request);
        }
    }

    private final FileDescriptor file;
    private final List<RestMethod> methods;
    private final BiConsumer<Caller, String> authorize;
    private final Consumer<String> admits;
    private final Map<String, Binding<?>> bindings = new HashMap<>();

    /**
     * @param file descriptor that holds the services
     * @param authorize refuses a caller that may not use the named method at all, with {@link ApiError}
     */
    public RestService(FileDescriptor file, BiConsumer<Caller, String> authorize) {
        this(
                file,
                file.getServices().stream()
                        .flatMap(service -> RestMethod.of(service).stream())
                        .toList(),
                authorize,
                _ -> {});
    }

    /**
     * The same for services whose requests name their project.
     *
     * @param admits refuses, with {@link ApiError}, every method in a project that cannot have it
     */
    public RestService(FileDescriptor file, BiConsumer<Caller, String> authorize, Consumer<String> admits) {
        this(
                file,
                file.getServices().stream()
                        .flatMap(service -> RestMethod.of(service).stream())
                        .toList(),
                authorize,
                admits);
    }

    private RestService(
            FileDescriptor file,
            List<RestMethod> methods,
            BiConsumer<Caller, String> authorize,
            Consumer<String> admits) {
        this.admits = admits;
        this.file = file;
        this.methods = methods;
        this.authorize = authorize;
    }

    /**
     * Methods that another service takes over from a common one, on paths of its own, such as those of {@code google.iam.v1.IAMPolicy}.
     *
     * @param file descriptor that holds the common service
     * @param rules method, {@code Service.Method}, to the ways of calling it
     */
    public static RestService mixin(
            FileDescriptor file, Map<String, List<HttpRule>> rules, BiConsumer<Caller, String> authorize) {
        return new RestService(file, RestMethod.of(file, rules), authorize, _ -> {});
    }

    /**
     * Implements a method.
     *
     * @param rpc {@code Service.Method} as the descriptor spells them
     * @throws IllegalArgumentException if the descriptor has no such method, or with another request
     */
    public <Q extends Message> RestService on(String rpc, Q prototype, Handler<Q> handler) {
        int dot = rpc.indexOf('.');
        var service = file.findServiceByName(rpc.substring(0, dot));
        var method = service == null ? null : service.findMethodByName(rpc.substring(dot + 1));
        if (method == null
                || !method.getInputType()
                        .getFullName()
                        .equals(prototype.getDescriptorForType().getFullName())) {
            throw new IllegalArgumentException(
                    rpc + " (expected: a method of " + file.getFullName() + " that takes such a request)");
        }
        bindings.put(rpc, new Binding<>(prototype, (caller, request) -> {
            authorize.accept(caller, rpc);
            admits.accept(RequestFacts.project(request));
            return handler.handle(caller, request);
        }));
        return this;
    }

    List<RestMethod> methods() {
        return methods;
    }

    /** Messages that an answer may carry as {@code Any}. */
    List<Descriptor> messages() {
        return Stream.concat(Stream.of(file), file.getDependencies().stream())
                .flatMap(one -> one.getMessageTypes().stream())
                .toList();
    }

    Optional<Binding<?>> find(String rpc) {
        return Optional.ofNullable(bindings.get(rpc));
    }
}
