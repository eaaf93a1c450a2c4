/**
 * Google's REST form of a protobuf service, made from the service's own descriptor: which verb and path is which method, what a request may say, how an
 * answer and an error are written. It knows the rules that all services share and not one of what any method does.
 */
@NullMarked
package dev.privatellm.lab.gcp.rest;

import org.jspecify.annotations.NullMarked;
