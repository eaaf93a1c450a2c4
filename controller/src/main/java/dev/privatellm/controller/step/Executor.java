// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import dev.privatellm.machine.cloud.KeyVersion;
import dev.privatellm.machine.cloud.SecretVersion;
import dev.privatellm.machine.pki.Authorities;
import dev.privatellm.machine.pki.CaSigner;
import dev.privatellm.machine.pki.Epoch;
import dev.privatellm.machine.pki.EpochIssuer;
import dev.privatellm.machine.pki.Fingerprint;
import dev.privatellm.machine.pki.SecretBundle;
import dev.privatellm.machine.plan.Answer;
import dev.privatellm.machine.plan.Certificates;
import dev.privatellm.machine.plan.Effect;
import dev.privatellm.machine.plan.MachineSpec;
import java.util.Optional;

/** Carries one effect out through its port: one line each, and no decision. */
final class Executor {
    private final Ports ports;
    private final PartKeeper parts;

    Executor(Ports ports) {
        this.ports = ports;
        this.parts = new PartKeeper(ports);
    }

    /**
     * Carries an effect out.
     *
     * @throws dev.privatellm.machine.cloud.CloudFailure if the cloud refused, or nobody knows whether it did
     * @throws dev.privatellm.machine.link.GuestFailure if the guest did not do it
     */
    Answer carryOut(Effect effect, MachineSpec spec) {
        return switch (effect) {
            case Effect.MakePart(var id, var part, var _) -> parts.make(part, id);
            case Effect.RemovePart(var id, var part) -> parts.remove(part, id);
            case Effect.EnsureSecret(String name, var labels, var key) -> {
                ports.secrets().ensure(name, labels, key);
                yield new Answer.Done();
            }
            case Effect.ChangeAuthority(Effect.ChangeAuthority.Move move) -> change(move);
            case Effect.IssueCertificates issue -> issue(issue);
            case Effect.SignCertificate sign -> sign(sign);
            case Effect.UploadBundle upload -> upload(upload);
            case Effect.InsertInstance(var id, var instance, var offering) ->
                new Answer.Accepted(ports.instances().insert(instance, offering, id));
            case Effect.AdoptInstance(var id, var instance, var claim) ->
                new Answer.Accepted(ports.instances().claim(instance, claim, spec.uid(), id));
            case Effect.SetMetadata(var id, var instance, var metadata, String fingerprint) ->
                new Answer.Accepted(ports.instances().setMetadata(instance, metadata, fingerprint, id));
            case Effect.SetMachineType(var id, var instance, String machineType) ->
                new Answer.Accepted(ports.instances().setMachineType(instance, machineType, id));
            case Effect.SetScheduling(var id, var instance, var offering, var maxRun) ->
                new Answer.Accepted(ports.instances().setScheduling(instance, offering, maxRun, id));
            case Effect.ResizeDisk(var id, var instance, String disk, int sizeGb) ->
                new Answer.Accepted(ports.instances().resizeDisk(instance, disk, sizeGb, id));
            case Effect.SetLabels(var id, var instance, var labels, String fingerprint, String _) ->
                new Answer.Accepted(ports.instances().setLabels(instance, labels, fingerprint, id));
            case Effect.StartInstance(var id, var instance) ->
                new Answer.Accepted(ports.instances().start(instance, id));
            case Effect.StopInstance(var id, var instance, String _) ->
                new Answer.Accepted(ports.instances().stop(instance, id));
            case Effect.DeleteInstance(var id, var instance, String _) ->
                new Answer.Accepted(ports.instances().delete(instance, id));
            case Effect.OpenFirewall(var id, var rule) ->
                new Answer.Accepted(ports.firewalls().insert(rule, id));
            case Effect.ReplaceFirewall(var id, var rule) ->
                new Answer.Accepted(ports.firewalls().replace(rule, id));
            case Effect.CloseFirewall(var id, String name) ->
                new Answer.Accepted(ports.firewalls().delete(name, id));
            case Effect.DrainGuest(var guest, boolean on, String _, boolean _) ->
                new Answer.Drained(ports.guest().drain(guest, on));
            case Effect.LoadBundle(var guest, String version, long generation) -> {
                ports.guest().loadBundle(guest, version, generation);
                yield new Answer.Done();
            }
            case Effect.ActivateLink _ -> new Answer.Done();
            case Effect.DestroyVersion(SecretVersion version) -> {
                ports.secrets().destroy(version);
                yield new Answer.Done();
            }
            case Effect.DestroyKeyVersion(KeyVersion version) -> {
                ports.keys().destroy(version);
                yield new Answer.Done();
            }
        };
    }

    private Answer change(Effect.ChangeAuthority.Move move) {
        Authorities authorities = ports.issuer().authorities();
        return switch (move) {
            case BEGIN -> made(authorities.begin());
            case REPLACE -> made(authorities.replace());
            case COMPLETE -> {
                authorities.complete();
                yield new Answer.Done();
            }
        };
    }

    private static Answer made(CaSigner authority) {
        return new Answer.AuthorityMade(Fingerprint.of(authority.certificate()).hex());
    }

    /** A generation that was issued and kept before, by a process that died before it wrote that down, is taken as it is. */
    private Answer issue(Effect.IssueCertificates effect) {
        Epoch epoch = ports.epochs().find(effect.generation()).orElseGet(() -> {
            Optional<Epoch> overlapping = effect.overlapping() == 0
                    ? Optional.empty()
                    : ports.epochs().find(effect.overlapping());
            EpochIssuer issuer = ports.issuer().during(effect.succession());
            Epoch issued = switch (effect.serverKey()) {
                case CSR -> issuer.request(effect.generation(), effect.serverName(), overlapping);
                case UPLOADED -> issuer.issue(effect.generation(), effect.serverName(), overlapping);
            };
            ports.epochs().save(issued);
            ports.epochs().forgetBefore(effect.oldestNeeded());
            return issued;
        });
        return new Answer.Issued(Certificates.of(epoch));
    }

    /** A key that was certified before, by a process that died before it wrote that down, keeps its leaf. */
    private Answer sign(Effect.SignCertificate effect) {
        Epoch epoch = kept(effect.generation());
        Epoch signed = ports.issuer().sign(epoch, effect.key());
        if (!signed.equals(epoch)) {
            ports.epochs().save(signed);
        }
        return new Answer.Issued(Certificates.of(signed));
    }

    private Epoch kept(long generation) {
        return ports.epochs()
                .find(generation)
                .orElseThrow(() -> new IllegalStateException("no certificates of generation " + generation));
    }

    private Answer upload(Effect.UploadBundle effect) {
        Epoch epoch = kept(effect.generation());
        SecretVersion version = ports.secrets().addVersion(effect.target(), SecretBundle.of(epoch));
        return new Answer.Uploaded(version.name());
    }
}
