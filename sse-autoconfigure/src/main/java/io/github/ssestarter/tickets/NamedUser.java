package io.github.ssestarter.tickets;

import java.security.Principal;

/**
 * A user of whom nothing but the name is known.
 */
record NamedUser(String name) implements Principal {

	@Override
	public String getName() {
		return this.name;
	}

	@Override
	public String toString() {
		return this.name;
	}

}
