// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.lab.gcp.kms;

import com.google.cloud.kms.v1.CryptoKey;
import com.google.cloud.kms.v1.CryptoKey.CryptoKeyPurpose;
import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm;
import com.google.cloud.kms.v1.CryptoKeyVersionTemplate;
import com.google.cloud.kms.v1.ProtectionLevel;
import com.google.protobuf.Duration;
import com.google.protobuf.FieldMask;
import com.google.protobuf.util.FieldMaskUtil;
import dev.privatellm.lab.gcp.rest.ApiError;
import dev.privatellm.lab.gcp.rest.Labels;
import java.util.Set;

/** What a key may be: https://cloud.google.com/kms/docs/reference/rest/v1/projects.locations.keyRings.cryptoKeys. */
final class KeyCheck {

    /** "Must be at least 24 hours and at most 876,000 hours", {@code rotationPeriod}. */
    private static final long MIN_ROTATION_SECONDS = 24 * 3600L;

    private static final long MAX_ROTATION_SECONDS = 876_000 * 3600L;

    /** Default of {@code destroyScheduledDuration}: 30 days. */
    private static final long DESTROY_SECONDS = 30 * 24 * 3600L;

    private static final Set<ProtectionLevel> LEVELS = Set.of(ProtectionLevel.SOFTWARE, ProtectionLevel.HSM);

    /** Fields that an update here may name. */
    private static final Set<String> CHANGEABLE = Set.of("labels", "rotation_period", "next_rotation_time");

    private KeyCheck() {}

    /** A key as it is asked for with what the service fills in, or a refusal. */
    static CryptoKey complete(CryptoKey asked) {
        if (asked.getPurpose() == CryptoKeyPurpose.CRYPTO_KEY_PURPOSE_UNSPECIFIED) {
            throw ApiError.invalid("The field 'crypto_key.purpose' is required.");
        }
        if (asked.getPurpose() != CryptoKeyPurpose.ENCRYPT_DECRYPT) {
            throw ApiError.of(501, "notImplemented", "Only keys for ENCRYPT_DECRYPT are implemented here");
        }
        Labels.check("crypto_key.labels", asked.getLabelsMap());
        rotation(asked);
        CryptoKey.Builder key = asked.toBuilder().clearPrimary().setVersionTemplate(template(asked));
        if (!asked.hasDestroyScheduledDuration()) {
            key.setDestroyScheduledDuration(Duration.newBuilder().setSeconds(DESTROY_SECONDS));
        }
        return key.build();
    }

    /** A key with some of its fields as another says, without its versions. */
    static CryptoKey merge(CryptoKey old, CryptoKey asked, FieldMask mask) {
        if (mask.getPathsCount() == 0 || !CHANGEABLE.containsAll(mask.getPathsList())) {
            throw ApiError.invalid("update_mask must name some of %s.".formatted(CHANGEABLE));
        }
        CryptoKey.Builder merged = old.toBuilder().clearPrimary();
        FieldMaskUtil.merge(
                mask,
                asked,
                merged,
                new FieldMaskUtil.MergeOptions()
                        .setReplacePrimitiveFields(true)
                        .setReplaceMessageFields(true)
                        .setReplaceRepeatedFields(true));
        Labels.check("crypto_key.labels", merged.getLabelsMap());
        rotation(merged.build());
        return merged.build();
    }

    private static CryptoKeyVersionTemplate template(CryptoKey asked) {
        CryptoKeyVersionTemplate template = asked.getVersionTemplate();
        CryptoKeyVersionAlgorithm symmetric = CryptoKeyVersionAlgorithm.GOOGLE_SYMMETRIC_ENCRYPTION;
        if (asked.hasVersionTemplate() && template.getAlgorithm() != symmetric) {
            throw ApiError.invalid(
                    "The algorithm %s is not one for the purpose ENCRYPT_DECRYPT.".formatted(template.getAlgorithm()));
        }
        ProtectionLevel level = template.getProtectionLevel() == ProtectionLevel.PROTECTION_LEVEL_UNSPECIFIED
                ? ProtectionLevel.SOFTWARE
                : template.getProtectionLevel();
        if (!LEVELS.contains(level)) {
            throw ApiError.of(
                    501, "notImplemented", "The protection level %s is not implemented here".formatted(level));
        }
        return CryptoKeyVersionTemplate.newBuilder()
                .setAlgorithm(symmetric)
                .setProtectionLevel(level)
                .build();
    }

    private static void rotation(CryptoKey asked) {
        if (!asked.hasRotationPeriod()) {
            return;
        }
        long seconds = asked.getRotationPeriod().getSeconds();
        if (seconds < MIN_ROTATION_SECONDS || seconds > MAX_ROTATION_SECONDS) {
            throw ApiError.invalid("rotation_period must be at least 24 hours and at most 876,000 hours.");
        }
        if (!asked.hasNextRotationTime()) {
            throw ApiError.invalid("If rotation_period is set, next_rotation_time must also be set.");
        }
    }
}
