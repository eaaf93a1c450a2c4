// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.cli.document;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The fields of a {@code PrivateLlm} that may be given one by one. What a value may be is decided by whoever reads the document: what is given here is
 * written there as it is.
 */
public enum DocumentField {
    NAME("metadata.name", Form.TEXT, "name", "Which resource it is; another name is another machine.", "vm-name"),
    NAMESPACE("metadata.namespace", Form.TEXT, "namespace", "Namespace of the resource."),
    PROJECT("spec.provider.gcp.projectId", Form.TEXT, "project-id", "Your own project."),
    SERVICE_ACCOUNT(
            "spec.provider.gcp.serviceAccount", Form.TEXT, "service-account", "Whom the machine acts as, by e-mail."),
    ZONES("spec.placement.zones", Form.TEXTS, "zones", "Zones, in the order in which they are tried.", "zone"),
    MACHINE_TYPES(
            "spec.placement.machineTypes",
            Form.TEXTS,
            "machine-types",
            "Machine types, in the order in which they are tried.",
            "machine-type"),
    PROVISIONING("spec.placement.provisioning", Form.TEXT, "provisioning", "Spot, Standard or SpotThenStandard."),
    ZONE_PATIENCE(
            "spec.placement.zonePatienceSeconds",
            Form.VALUE,
            "zone-patience-seconds",
            "How long the zone of a stopped machine is asked before others are."),
    DISK_SIZE("spec.placement.disk.sizeGb", Form.VALUE, "disk-size-gb", "Size of the disk."),
    IMAGE("spec.placement.image", Form.TEXT, "image", "Image or image family of the machine."),
    MODEL("spec.model.name", Form.TEXT, "model", "The model, as the engine names it.", "default-model"),
    EXTRA_MODELS("spec.model.extra", Form.TEXTS, "extra-models", "Further models on the same machine."),
    MODEL_ALIASES("spec.model.aliases", Form.TEXTS, "model-aliases", "Other names for the model."),
    CONTEXT_LENGTH("spec.model.contextLength", Form.VALUE, "context-length", "Context window in tokens."),
    KV_CACHE_TYPE("spec.model.kvCacheType", Form.TEXT, "kv-cache-type", "f16, q8_0 or q4_0."),
    PARALLEL("spec.model.parallel", Form.VALUE, "parallel", "Requests that are answered at the same time."),
    POWER_STATE("spec.power.powerState", Form.TEXT, "power-state", "Auto, Running or Stopped."),
    FIRST_BOOT("spec.power.firstBoot", Form.TEXT, "first-boot", "AtOnce or OnDemand."),
    IDLE_TIMEOUT(
            "spec.power.idleTimeoutSeconds",
            Form.VALUE,
            "idle-timeout-seconds",
            "How long the machine is kept without a stream; 0 = for ever.",
            "idle-timeout"),
    MAX_UPTIME("spec.power.maxUptimeSeconds", Form.VALUE, "max-uptime-seconds", "Ceiling of one run."),
    MIN_UPTIME(
            "spec.power.minUptimeSeconds",
            Form.VALUE,
            "min-uptime-seconds",
            "How long a run lasts at least before idleness ends it."),
    START_DEADLINE(
            "spec.power.startDeadlineSeconds", Form.VALUE, "start-deadline-seconds", "How long a wake may take."),
    FIRST_BOOT_GRACE(
            "spec.power.firstBootGraceSeconds",
            Form.VALUE,
            "first-boot-grace-seconds",
            "How long the first boot may take."),
    DRAIN_TIMEOUT(
            "spec.power.drainTimeoutSeconds",
            Form.VALUE,
            "drain-timeout-seconds",
            "How long running answers are waited for."),
    DEAD_MAN(
            "spec.power.deadManSeconds",
            Form.VALUE,
            "dead-man-seconds",
            "When the machine switches itself off if no controller speaks to it."),
    BUDGET("spec.power.budget.monthlyUsd", Form.VALUE, "budget-monthly-usd", "What a month may cost."),
    ON_EXCEED("spec.power.budget.onExceed", Form.TEXT, "budget-on-exceed", "Sleep, OnDemandOff or Warn."),
    SCHEDULE(
            "spec.power.schedule",
            Form.VALUE,
            "schedule",
            "Windows, as a list of {cron: ..., timeZone: ..., action: ...}."),
    VPC("spec.network.vpc", Form.TEXT, "network", "A network of yours."),
    SUBNET("spec.network.subnet", Form.TEXT, "subnet", "Its subnet in each region."),
    HOST_PROJECT("spec.network.hostProjectId", Form.TEXT, "host-project-id", "The project that shares the network."),
    SUBNET_CIDR(
            "spec.network.subnetCidr",
            Form.TEXT,
            "subnet-cidr",
            "Range of the first subnet of a network that is made."),
    ADDRESS("spec.network.address", Form.TEXT, "address", "External or Internal."),
    PORT("spec.network.port", Form.VALUE, "machine-port", "TCP port of the machine."),
    SOURCE_RANGES(
            "spec.network.sourceRanges",
            Form.TEXTS_OR_AUTO,
            "source-ranges",
            "Whom the firewall admits: Auto, or single addresses."),
    KEY_ALGORITHM("spec.security.keyAlgorithm", Form.TEXT, "key-algorithm", "RSA_4096, ECDSA_P256 or ECDSA_P384."),
    SERVER_KEY("spec.security.serverKey", Form.TEXT, "server-key", "Csr or Uploaded."),
    HSM("spec.security.hsm", Form.VALUE, "hsm", "Whether the secret is sealed with a key in a hardware module."),
    SECURE_BOOT("spec.security.secureBoot", Form.VALUE, "secure-boot", "Whether only signed software starts."),
    REPLACE_POLICY("spec.replacePolicy", Form.TEXT, "replace-policy", "Deny or Allow."),
    DELETION_POLICY("spec.deletionPolicy", Form.TEXT, "deletion-policy", "Delete or Retain."),
    MANAGEMENT_POLICY(
            "spec.managementPolicy",
            Form.TEXT,
            "management-policy",
            "Full, or Observe: nothing in the cloud is made, changed or removed."),
    KMS_DELETION_POLICY("spec.kmsDeletionPolicy", Form.TEXT, "kms-deletion-policy", "Retain or Delete."),
    GUEST_URL("spec.guest.archiveUrl", Form.TEXT, "guest-archive-url", "The guest's archive, kept by you."),
    GUEST_HASH("spec.guest.sha256", Form.TEXT, "guest-sha256", "Its SHA-256."),
    ENGINE_URL("spec.engine.archiveUrl", Form.TEXT, "engine-archive-url", "The engine's archive, kept by you."),
    ENGINE_HASH("spec.engine.sha256", Form.TEXT, "engine-sha256", "Its SHA-256."),
    ADOPT("spec.adopt.instance", Form.TEXT, "adopt-instance", "A machine of yours that is taken over."),
    ADOPT_ID("spec.adopt.id", Form.TEXT, "adopt-id", "The number that the cloud gave it.");

    /** How a value is written on a command line. */
    public enum Form {
        /** As it is. */
        TEXT,
        /** Separated by commas. */
        TEXTS,
        /** The same, or one word that stands for a list that is found out. */
        TEXTS_OR_AUTO,
        /** A number, yes or no, or a list of objects, as in YAML. */
        VALUE
    }

    private final String path;
    private final Form form;
    private final String option;
    private final String description;
    private final Optional<String> agentOption;

    DocumentField(String path, Form form, String option, String description) {
        this(path, form, option, description, Optional.empty());
    }

    DocumentField(String path, Form form, String option, String description, String agentOption) {
        this(path, form, option, description, Optional.of(agentOption));
    }

    DocumentField(String path, Form form, String option, String description, Optional<String> agentOption) {
        this.path = path;
        this.form = form;
        this.option = option;
        this.description = description;
        this.agentOption = agentOption;
    }

    /** Where it stands in the document, its names separated by dots. */
    public String path() {
        return path;
    }

    /** Its names on the way from the document's root. */
    List<String> steps() {
        return Arrays.asList(path.split("[.]"));
    }

    public Form form() {
        return form;
    }

    /** One sentence for people. */
    public String description() {
        return description;
    }

    /** Its options: the one that is shown first, then that of the Private LLM agent where it was another. */
    public String[] options() {
        return Stream.concat(Stream.of(option), agentOption.stream())
                .map(name -> "--" + name)
                .toArray(String[]::new);
    }
}
