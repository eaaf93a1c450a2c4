/**
 * Identities and grants: service accounts (IAM API v1), the agents that Google's services act as, and the policies of resources that others keep. What is new
 * is not known everywhere at once, as documented: https://cloud.google.com/iam/docs/access-change-propagation.
 */
@NullMarked
package dev.privatellm.lab.gcp.iam;

import org.jspecify.annotations.NullMarked;
