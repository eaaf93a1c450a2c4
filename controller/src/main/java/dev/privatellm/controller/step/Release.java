// SPDX-License-Identifier: Apache-2.0
package dev.privatellm.controller.step;

import dev.privatellm.machine.cloud.Artifact;
import dev.privatellm.machine.plan.Download;
import java.util.Optional;

/**
 * What this version of ours has machines install, unless a document names something else.
 *
 * @param startupScript run by a machine at every boot
 * @param engine the engine that this version was tried with
 * @param guest the guest's archive; empty where this version was put together on a system that cannot make it
 */
public record Release(String startupScript, Download engine, Optional<Artifact> guest) {}
