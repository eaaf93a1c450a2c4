// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.api.v1alpha1;

/** What is wanted. Every part is present: what the document leaves out has its default. */
public record Spec(
        Provider provider,
        Placement placement,
        Model model,
        Power power,
        Network network,
        Security security,
        Software software,
        Adopt adopt,
        Policies policies) {

    Spec withPower(Power newPower) {
        return new Spec(provider, placement, model, newPower, network, security, software, adopt, policies);
    }

    Spec withModel(Model newModel) {
        return new Spec(provider, placement, newModel, power, network, security, software, adopt, policies);
    }
}
