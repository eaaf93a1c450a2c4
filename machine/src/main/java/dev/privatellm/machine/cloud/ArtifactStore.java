// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.machine.cloud;

import java.util.Optional;

/** Buckets of the user's project with what machines install. Every method may throw any {@link CloudFailure}. */
public interface ArtifactStore {

    /** The bucket as it stands in this project, or empty if and only if the cloud answered that the project has none of that name. */
    Optional<Bucket> find(String bucket);

    /**
     * Makes a private bucket. One that the project has is {@link CloudFailure.AlreadyExists}; a name that somebody else has is
     * {@link CloudFailure.Conflict}, as names are everybody's.
     */
    void create(Bucket bucket);

    /**
     * Removes a bucket with all that is in it. One that anybody is admitted to is {@link CloudFailure.InUse} and stays as it is; one that does not exist is
     * {@link CloudFailure.NotFound}.
     */
    void delete(String bucket);

    /** Whether the bucket holds an artifact. A bucket that does not exist holds nothing. */
    boolean holds(String bucket, String sha256);

    /**
     * Begins to upload an artifact; what is on its way already is not sent twice. It appears whole or not at all, and what is there under its name is left as
     * it is. Of an upload that its process did not live to finish nothing is known, and nothing is there.
     */
    OperationId upload(String bucket, Artifact artifact);

    /** How far an upload has come. */
    OperationStatus operation(OperationId id);

    /** Whether an account may read what is in the bucket. A bucket or an account that does not exist admits nobody. */
    boolean admits(String bucket, String serviceAccountEmail);

    /** Lets an account read what is in the bucket, and change nothing. Repeating it changes nothing. It may take minutes until the cloud heeds it. */
    void admit(String bucket, String serviceAccountEmail);

    /** Takes that right back. An account that is not admitted, and a bucket that does not exist, are a success. */
    void expel(String bucket, String serviceAccountEmail);
}
