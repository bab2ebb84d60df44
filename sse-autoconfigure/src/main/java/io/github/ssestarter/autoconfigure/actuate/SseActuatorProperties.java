package io.github.ssestarter.autoconfigure.actuate;

import java.util.HashSet;
import java.util.Set;

import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Properties of the actuator endpoint.
 *
 * @since 0.1.0
 */
@ConfigurationProperties("management.endpoint.sse")
public class SseActuatorProperties {

	/**
	 * When to show users and addresses, which are masked otherwise.
	 */
	private Show showValues = Show.NEVER;

	/**
	 * Roles that are authorized to see users and addresses. When empty, everybody who is
	 * logged in is.
	 */
	private final Set<String> roles = new HashSet<>();

	public Show getShowValues() {
		return this.showValues;
	}

	public void setShowValues(Show showValues) {
		this.showValues = showValues;
	}

	public Set<String> getRoles() {
		return this.roles;
	}

}
