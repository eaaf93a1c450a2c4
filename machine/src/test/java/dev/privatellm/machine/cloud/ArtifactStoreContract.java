// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What {@link ArtifactStore} promises, whoever fills it. */
public abstract class ArtifactStoreContract extends CloudContract {
    /** Another for every test: names are everybody's. */
    private final Bucket bucket = new Bucket(
            "pllm-" + UUID.randomUUID(), "us-central1", Map.of("managed-by", "private-llm", "pllm-cluster", "c1"));

    protected abstract ArtifactStore artifacts();

    /** For accounts that can be admitted. */
    protected abstract IdentityProvider identities();

    /** A file that can be uploaded. */
    protected abstract Artifact artifact();

    @Test
    @DisplayName("P6 only the cloud's word that there is none counts as none")
    void findsNothingThatIsNotThere() {
        assertThat(artifacts().find(bucket.name())).isEmpty();
        assertThat(artifacts().holds(bucket.name(), artifact().sha256())).isFalse();
        assertThat(artifacts().admits(bucket.name(), "somebody@example-project.iam.gserviceaccount.com"))
                .isFalse();
        assertThatThrownBy(() -> artifacts().delete(bucket.name())).isInstanceOf(CloudFailure.NotFound.class);
    }

    @Test
    void makesABucketOnce() {
        artifacts().create(bucket);

        assertThat(artifacts().find(bucket.name())).contains(bucket);
        assertThatThrownBy(() -> artifacts().create(bucket)).isInstanceOf(CloudFailure.AlreadyExists.class);
    }

    @Test
    void keepsAnArtifactUnderItsHashOnceItIsThereAsAWhole() {
        artifacts().create(bucket);
        Artifact artifact = artifact();
        assertThat(artifacts().holds(bucket.name(), artifact.sha256())).isFalse();

        OperationId upload = artifacts().upload(bucket.name(), artifact);

        eventually(() -> artifacts().operation(upload) instanceof OperationStatus.Done);
        assertThat(artifacts().holds(bucket.name(), artifact.sha256())).isTrue();
        assertThat(artifacts().holds(bucket.name(), "0".repeat(64))).isFalse();
    }

    @Test
    @DisplayName("an artifact that is uploaded again stays as it is, and that is a success")
    void repeatsAnUpload() {
        artifacts().create(bucket);
        Artifact artifact = artifact();
        OperationId first = artifacts().upload(bucket.name(), artifact);
        eventually(() -> artifacts().operation(first) instanceof OperationStatus.Done);

        OperationId second = artifacts().upload(bucket.name(), artifact);

        eventually(() -> artifacts().operation(second) instanceof OperationStatus.Done);
    }

    @Test
    @DisplayName("of an upload that another process began nothing is known")
    void knowsNoUploadOfAnotherProcess() {
        assertThat(artifacts().operation(OperationId.global("upload-of-somebody-else")))
                .isInstanceOf(OperationStatus.Forgotten.class);
    }

    @Test
    void admitsOneAccountAndExpelsIt() {
        artifacts().create(bucket);
        String email = account();
        assertThat(artifacts().admits(bucket.name(), email)).isFalse();

        artifacts().admit(bucket.name(), email);
        assertThatCode(() -> artifacts().admit(bucket.name(), email)).doesNotThrowAnyException();
        eventually(() -> artifacts().admits(bucket.name(), email));

        artifacts().expel(bucket.name(), email);
        assertThatCode(() -> artifacts().expel(bucket.name(), email)).doesNotThrowAnyException();
        assertThat(artifacts().admits(bucket.name(), email)).isFalse();
    }

    @Test
    void removesABucketWithAllThatIsInItUnlessSomebodyIsAdmitted() {
        artifacts().create(bucket);
        OperationId upload = artifacts().upload(bucket.name(), artifact());
        eventually(() -> artifacts().operation(upload) instanceof OperationStatus.Done);
        String email = account();
        artifacts().admit(bucket.name(), email);

        assertThatThrownBy(() -> artifacts().delete(bucket.name())).isInstanceOf(CloudFailure.InUse.class);
        assertThat(artifacts().holds(bucket.name(), artifact().sha256())).isTrue();

        artifacts().expel(bucket.name(), email);
        artifacts().delete(bucket.name());
        assertThat(artifacts().find(bucket.name())).isEmpty();
        assertThatCode(() -> artifacts().expel(bucket.name(), email)).doesNotThrowAnyException();
    }

    private String account() {
        String email =
                identities().create(NAME.value(), "Private LLM", "of " + OWNER).email();
        eventually(() -> identities().find(NAME.value()).isPresent());
        return email;
    }
}
