// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.rest;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import dev.privatellm.lab.gcp.http.HttpCall;
import dev.privatellm.lab.gcp.http.HttpHandler;
import dev.privatellm.lab.gcp.http.HttpReply;
import dev.privatellm.lab.gcp.record.FaultCodes;
import dev.privatellm.lab.gcp.record.FaultRule;
import dev.privatellm.lab.gcp.record.FaultRule.Action;
import dev.privatellm.lab.gcp.record.FaultRule.When;
import dev.privatellm.lab.gcp.record.Faults;
import dev.privatellm.lab.gcp.record.Journal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The door of the APIs: finds the method, checks bearer and request, makes the faults that are due, answers, and writes every call down. */
public final class RestApi implements HttpHandler {

    /** In the path of a resource, or in the name of an operation of Service Usage. */
    private static final Pattern PROJECT = Pattern.compile("/projects/([^/:]+)|/operations/[a-z]+\\.p2-(\\d+)-");

    private static final Logger log = LoggerFactory.getLogger(RestApi.class);

    private final List<RestService> services;
    private final List<PlainService> plain;
    private final Admission admission;
    private final ApiSwitch apis;
    private final MethodTable table;
    private final JsonFormat.Printer printer;
    private final Function<HttpCall, Caller> authenticate;
    private final Faults faults;
    private final Journal journal;
    private final Clock clock;

    /**
     * @param plain asked first
     * @param admission asked before every call
     * @param apis asked after it
     */
    public RestApi(
            List<RestService> services,
            List<PlainService> plain,
            Admission admission,
            ApiSwitch apis,
            Function<HttpCall, Caller> authenticate,
            Faults faults,
            Journal journal,
            Clock clock) {
        this.services = List.copyOf(services);
        this.plain = List.copyOf(plain);
        this.admission = admission;
        this.apis = apis;
        this.table = new MethodTable(
                services.stream().flatMap(service -> service.methods().stream()).toList());
        TypeRegistry.Builder types = TypeRegistry.newBuilder();
        services.forEach(service -> types.add(service.messages()));
        this.printer = JsonFormat.printer().usingTypeRegistry(types.build()).omittingInsignificantWhitespace();
        this.authenticate = authenticate;
        this.faults = faults;
        this.journal = journal;
        this.clock = clock;
    }

    /** What becomes known of a call while it is served, for the journal. */
    private static final class Trace {
        private String rpc = "";
        private String requestId = "";
        private String target = "";
        private String caller = "";
        private String result = "ok";
    }

    @Override
    public HttpReply handle(HttpCall call) throws InterruptedException {
        Instant start = clock.instant();
        Trace trace = new Trace();
        trace.rpc = call.verb() + " " + call.path();
        trace.target = call.path();
        HttpReply reply;
        try {
            reply = serve(call, trace);
        } catch (ApiError e) {
            trace.result = trace.result.equals("ok") ? e.reason() : trace.result;
            reply = e.reply();
        } catch (RuntimeException e) {
            log.error("{} failed", trace.rpc, e);
            trace.result = "internal";
            reply = HttpReply.json(
                    500, ApiError.of(500, "internalError", "Internal error").json());
        }
        journal.add(
                start,
                trace.rpc,
                trace.requestId,
                trace.target,
                trace.caller,
                reply.status(),
                trace.result,
                Duration.between(start, clock.instant()).toMillis());
        return reply;
    }

    private HttpReply serve(HttpCall call, Trace trace) throws InterruptedException {
        for (PlainService service : plain) {
            Optional<PlainService.Exchange> exchange = service.find(call);
            if (exchange.isPresent()) {
                return serve(call, service.api(), exchange.get(), trace);
            }
        }
        MethodTable.Match match = table.find(call.verb(), call.path())
                .orElseThrow(() ->
                        ApiError.of(404, "notFound", "No method has " + call.verb() + " and the path " + call.path()));
        String rpc = match.method().rpc();
        trace.rpc = rpc;
        Caller caller = authenticate.apply(call);
        trace.caller = caller.email();
        Matcher project = PROJECT.matcher(call.path());
        if (project.find()) {
            String named = HttpCall.decode(project.group(1) == null ? project.group(2) : project.group(1));
            admission.check(caller, rpc, named);
            apis.check(match.method().api(), named);
        }
        RestService.Binding<?> binding = services.stream()
                .flatMap(service -> service.find(rpc).stream())
                .findFirst()
                .orElseThrow(() ->
                        ApiError.of(501, "notImplemented", match.method().fullName() + " is not implemented here"));
        Message request = RequestReader.read(match, binding.prototype(), call);
        trace.requestId = text(request, "request_id");
        String made = RequestFacts.name(request);
        trace.target = made.isEmpty() ? call.path() : call.path() + "/" + made;

        Optional<FaultRule> fault = faults.onCall(rpc, text(request, "zone"), RequestFacts.machineType(request));
        if (fault.isPresent() && fault.get().when() == When.BEFORE) {
            return fail(fault.get(), trace);
        }
        Message answer = binding.call(caller, request);
        if (fault.isPresent()) {
            return fail(fault.get(), trace);
        }
        return HttpReply.json(200, json(answer, call));
    }

    private HttpReply serve(HttpCall call, String api, PlainService.Exchange exchange, Trace trace) {
        trace.rpc = exchange.rpc();
        Caller caller = authenticate.apply(call);
        trace.caller = caller.email();
        exchange.project().ifPresent(project -> {
            admission.check(caller, exchange.rpc(), project);
            apis.check(api, project);
        });
        Optional<FaultRule> fault = faults.onCall(exchange.rpc(), "", "");
        if (fault.isPresent() && fault.get().when() == When.BEFORE) {
            return fail(fault.get(), trace);
        }
        HttpReply reply = exchange.answer(caller);
        return fault.isPresent() ? fail(fault.get(), trace) : reply;
    }

    private static HttpReply fail(FaultRule fault, Trace trace) {
        trace.result = "fault:" + fault.when() + ":" + fault.action() + ":" + fault.code();
        if (fault.action() == Action.HANG) {
            return HttpReply.never();
        }
        int http = FaultCodes.http(fault.code());
        String message = fault.message().isEmpty() ? "The service answers " + fault.code() + "." : fault.message();
        throw ApiError.of(http, fault.code(), message).after(fault.retryAfterSeconds());
    }

    private String json(Message answer, HttpCall call) {
        boolean numbers = call.parameter("$alt").orElse("").contains("enum-encoding=int");
        try {
            return (numbers ? printer.printingEnumsAsInts() : printer).print(answer);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(Message request, String name) {
        FieldDescriptor field = request.getDescriptorForType().findFieldByName(name);
        return field == null ? "" : request.getField(field).toString();
    }
}
