// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.command;

import dev.privatellm.api.v1alpha1.PrivateLlm;
import dev.privatellm.api.v1alpha1.Reason;
import dev.privatellm.cli.wiring.GoogleConnection;
import dev.privatellm.cli.wiring.ShippedRelease;
import dev.privatellm.cli.workstation.WorkstationFailure;
import dev.privatellm.controller.step.Release;
import dev.privatellm.machine.cloud.CloudFailure;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which cloud a command speaks to, and what machines install there. */
final class CloudOption {
    private static final String CREDENTIALS = "GOOGLE_APPLICATION_CREDENTIALS";

    @Option(
            names = "--gcp-endpoint",
            paramLabel = "URL",
            description = "Rehearsal: talk to this emulator (see 'lab gcp') instead of Google.")
    private @Nullable URI endpoint;

    /** The emulator that was named. */
    Optional<URI> rehearsal() {
        return Optional.ofNullable(endpoint);
    }

    /** What a command that comes next is told of it; empty if nothing was named. */
    String repeated() {
        return endpoint == null ? "" : " --gcp-endpoint " + endpoint;
    }

    /** A connection with the user's own credentials; no call is made yet. */
    GoogleConnection connect(PrivateLlm document) {
        return connect(
                document.spec().provider().gcp().projectId(),
                document.spec().network().hostProjectId(),
                rehearsal());
    }

    /** The same to a project that is known without a document. */
    static GoogleConnection connect(String project, Optional<String> hostProject, Optional<URI> rehearsal) {
        var credentials = Optional.ofNullable(System.getenv(CREDENTIALS))
                .filter(path -> !path.isEmpty())
                .map(Path::of);
        try {
            return GoogleConnection.open(project, hostProject, rehearsal, credentials);
        } catch (IllegalArgumentException unusable) {
            throw new CommandFailure(
                    ExitCodes.ADMINISTRATOR, unusable.getMessage() + "\n" + Reason.CREDENTIALS_REJECTED.next());
        }
    }

    /** A machine that nothing can be installed on would be paid for until somebody looks. */
    Release release(PrivateLlm document) {
        if (endpoint != null) {
            return ShippedRelease.forRehearsal();
        }
        var release = ShippedRelease.ofThisProgram();
        if (release.guest().isEmpty() && document.spec().software().guest().isEmpty()) {
            throw new CommandFailure(
                    ExitCodes.ADMINISTRATOR,
                    nothingToInstall(System.getProperty("os.name", ""), System.getProperty("os.arch", "")));
        }
        return release;
    }

    static String nothingToInstall(String system, String processor) {
        return system.equals("Linux") && processor.equals("amd64") ? """
                this private-llm carries nothing to install on machines, although it can be made on this system. Build it again, which says what is missing:
                ./mvnw -pl cli -am -DskipTests package
                See docs/explanation/on-the-machine.md""" : """
                this private-llm carries nothing to install on machines: that is made by a build on Linux on x86-64, and this is %s on %s.
                Build it there, in a container for linux/amd64 for instance, and either take the folder cli/target/private-llm/machine from there into this
                one's, or keep the archive in it where machines reach it and name it in the document: spec.guest.archiveUrl, and spec.guest.sha256,
                which is the archive's name. 'private-llm demo' works without. See docs/explanation/on-the-machine.md""".formatted(system, processor);
    }

    /** Asks the cloud, and says what it refuses in our words. */
    static <T> T asking(Supplier<T> question) {
        try {
            return question.get();
        } catch (CloudFailure failure) {
            throw new WorkstationFailure(reason(failure), String.valueOf(failure.getMessage()), failure);
        }
    }

    private static Reason reason(CloudFailure failure) {
        return switch (failure) {
            case CloudFailure.PermissionDenied _, CloudFailure.ApiDisabled _ -> Reason.PERMISSION_DENIED;
            case CloudFailure.BillingDisabled _ -> Reason.BILLING_DISABLED;
            case CloudFailure.KeyDisabled _ -> Reason.KEY_DISABLED;
            case CloudFailure.CredentialsRejected _ -> Reason.CREDENTIALS_REJECTED;
            case CloudFailure.QuotaExceeded _ -> Reason.QUOTA_EXCEEDED;
            case CloudFailure.InvalidRequest _, CloudFailure.NotFound _ -> Reason.INVALID_SPEC;
            case CloudFailure.AlreadyExists _, CloudFailure.Conflict _ -> Reason.MANAGEMENT_CONFLICT;
            case CloudFailure.InsufficientCapacity _,
                    CloudFailure.ZoneUnavailable _,
                    CloudFailure.RegionUnavailable _,
                    CloudFailure.InUse _,
                    CloudFailure.NotReady _,
                    CloudFailure.Unavailable _,
                    CloudFailure.Unclassified _ -> Reason.UNAVAILABLE;
        };
    }
}
