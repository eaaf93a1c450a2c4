// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.gcp;

import com.google.cloud.compute.v1.DeleteFirewallRequest;
import com.google.cloud.compute.v1.Firewall;
import com.google.cloud.compute.v1.FirewallList;
import com.google.cloud.compute.v1.GetFirewallRequest;
import com.google.cloud.compute.v1.InsertFirewallRequest;
import com.google.cloud.compute.v1.ListFirewallsRequest;
import com.google.cloud.compute.v1.UpdateFirewallRequest;
import dev.privatellm.machine.cloud.CloudFailure;
import dev.privatellm.machine.cloud.FirewallProvider;
import dev.privatellm.machine.cloud.FirewallRule;
import dev.privatellm.machine.cloud.OperationId;
import dev.privatellm.machine.cloud.OperationStatus;
import dev.privatellm.machine.cloud.RequestId;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** {@link FirewallProvider} on <a href="https://cloud.google.com/compute/docs/reference/rest/v1/firewalls">VPC firewall rules</a>. */
final class GoogleFirewalls implements FirewallProvider {
    private static final String NAME_PREFIX = "pllm-";

    private final GoogleClients clients;
    private final GoogleOperations operations;
    private final String project;

    GoogleFirewalls(GoogleClients clients, GoogleOperations operations, String project) {
        this.clients = clients;
        this.operations = operations;
        this.project = project;
    }

    @Override
    public Optional<FirewallRule> find(String name) {
        GetFirewallRequest request = GetFirewallRequest.newBuilder()
                .setProject(project)
                .setFirewall(name)
                .build();
        try {
            return Optional.of(FirewallTranslation.rule(
                    GoogleErrors.calling(() -> clients.firewalls().get(request))));
        } catch (CloudFailure.NotFound e) {
            return Optional.empty();
        }
    }

    /** Chosen here and not by a filter: the filter's language is one more thing that two sides could read differently. */
    @Override
    public List<FirewallRule> list() {
        return every(clients, project)
                .filter(firewall -> firewall.getName().startsWith(NAME_PREFIX))
                .map(FirewallTranslation::rule)
                .toList();
    }

    /** Every rule of the project, whoever made it. */
    static Stream<Firewall> every(GoogleClients clients, String project) {
        ListFirewallsRequest request = ListFirewallsRequest.newBuilder()
                .setProject(project)
                .setReturnPartialSuccess(false)
                .build();
        return Pages.all(
                        () -> clients.firewalls().listCallable(),
                        request,
                        (first, token) -> first.toBuilder().setPageToken(token).build(),
                        GoogleFirewalls::complete,
                        FirewallList::getNextPageToken)
                .stream()
                .flatMap(page -> page.getItemsList().stream());
    }

    private static FirewallList complete(FirewallList page) {
        Pages.requireReached(page.getWarning());
        return page;
    }

    @Override
    public OperationId insert(FirewallRule rule, RequestId requestId) {
        InsertFirewallRequest request = InsertFirewallRequest.newBuilder()
                .setProject(project)
                .setFirewallResource(FirewallTranslation.resource(rule))
                .setRequestId(requestId.toString())
                .build();
        return operations.networking(
                requestId,
                () -> GoogleOperations.global(GoogleErrors.calling(
                        () -> clients.firewalls().insertCallable().call(request))));
    }

    /** By {@code update} (PUT), which replaces every field; {@code patch} would keep whatever else somebody has put into the rule. */
    @Override
    public OperationId replace(FirewallRule rule, RequestId requestId) {
        UpdateFirewallRequest request = UpdateFirewallRequest.newBuilder()
                .setProject(project)
                .setFirewall(rule.name())
                .setFirewallResource(FirewallTranslation.resource(rule))
                .setRequestId(requestId.toString())
                .build();
        return operations.networking(
                requestId,
                () -> GoogleOperations.global(GoogleErrors.calling(
                        () -> clients.firewalls().updateCallable().call(request))));
    }

    @Override
    public OperationId delete(String name, RequestId requestId) {
        DeleteFirewallRequest request = DeleteFirewallRequest.newBuilder()
                .setProject(project)
                .setFirewall(name)
                .setRequestId(requestId.toString())
                .build();
        return operations.networking(
                requestId,
                () -> GoogleOperations.global(GoogleErrors.calling(
                        () -> clients.firewalls().deleteCallable().call(request))));
    }

    @Override
    public OperationStatus operation(OperationId id) {
        return operations.status(id);
    }
}
