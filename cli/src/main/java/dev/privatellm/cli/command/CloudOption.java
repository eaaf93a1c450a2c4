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
                    ExitCodes.ADMINISTRATOR, unusable.getMessage() + "\nSee docs/errors/CredentialsRejected.md");
        }
    }

    /** A machine that nothing can be installed on would be paid for until somebody looks. */
    Release release(PrivateLlm document) {
        if (endpoint != null) {
            return ShippedRelease.forRehearsal();
        }
        var release = ShippedRelease.ofThisProgram();
        if (release.guest().isEmpty() && document.spec().software().guest().isEmpty()) {
            throw new CommandFailure(ExitCodes.ADMINISTRATOR, """
                    this private-llm carries nothing to install on machines: it was built on a system that cannot make it (Linux on x86-64 can).
                    Build it there and take cli/target/private-llm from it, or keep the archive that guest/install/archive.sh makes there where machines
                    reach it, and name it in the document: spec.guest.archiveUrl and spec.guest.sha256.""");
        }
        return release;
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
            case CloudFailure.CredentialsRejected _ -> Reason.CREDENTIALS_REJECTED;
            case CloudFailure.QuotaExceeded _ -> Reason.QUOTA_EXCEEDED;
            case CloudFailure.InvalidRequest _, CloudFailure.NotFound _ -> Reason.INVALID_SPEC;
            case CloudFailure.AlreadyExists _, CloudFailure.Conflict _ -> Reason.MANAGEMENT_CONFLICT;
            case CloudFailure.InsufficientCapacity _,
                    CloudFailure.ZoneUnavailable _,
                    CloudFailure.InUse _,
                    CloudFailure.NotReady _,
                    CloudFailure.Unavailable _,
                    CloudFailure.Unclassified _ -> Reason.UNAVAILABLE;
        };
    }
}
