// SPDX-License-Identifier: Apache-2.0
/** What belongs to a project rather than to anything in it: quotas, billing, policies of its organisation, and what its caller may not do. */
@NullMarked
package dev.privatellm.lab.gcp.project;

import org.jspecify.annotations.NullMarked;
