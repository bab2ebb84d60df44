/**
 * What Spring Security knows of users: rules for topics, the end of a login, and logout.
 */
@NullMarked
package io.github.ssestarter.security;

import org.jspecify.annotations.NullMarked;
