// SPDX-License-Identifier: Apache-2.0
/**
 * Life without a cluster: the ports of controller and gateway filled with files of one private folder, and the one process in which both run. It adds
 * nothing to any decision. Whatever it writes is on disk, whole, before it counts; a second process is refused by the folder's lock; other processes talk to
 * this one through a socket in the folder.
 */
@NullMarked
package dev.privatellm.cli.workstation;

import org.jspecify.annotations.NullMarked;
