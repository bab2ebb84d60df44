package io.github.ssestarter.autoconfigure;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Warns of properties that begin like those of the starter, and that it does not have.
 * Before the beans are made, since it may be why they cannot be.
 */
final class UnknownProperties implements BeanFactoryPostProcessor {

	private static final String PREFIX = "sse";

	private static final Log logger = LogFactory.getLog(UnknownProperties.class);

	private final Environment environment;

	UnknownProperties(Environment environment) {
		this.environment = environment;
	}

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		if (!(this.environment instanceof ConfigurableEnvironment configurable)) {
			return;
		}
		KnownProperties known = KnownProperties.of(PREFIX, SseProperties.class);
		Set<ConfigurationPropertyName> told = new HashSet<>();
		for (ConfigurationPropertySource source : ConfigurationPropertySources
			.from(configurable.getPropertySources())) {
			// Variables of the environment may be anybody's
			if (source instanceof IterableConfigurationPropertySource iterable
					&& !(source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource)) {
				iterable.stream()
					.filter((name) -> isOurs(name) && !known.contains(name) && told.add(name))
					.forEach((name) -> warn(name, source, known.suggestions(name)));
			}
		}
	}

	private static boolean isOurs(ConfigurationPropertyName name) {
		return !name.isEmpty() && name.getElement(0, Form.UNIFORM).equals(PREFIX);
	}

	private static void warn(ConfigurationPropertyName name, ConfigurationPropertySource source,
			List<String> suggestions) {
		ConfigurationProperty property = source.getConfigurationProperty(name);
		String origin = (property != null && property.getOrigin() != null) ? " (" + property.getOrigin() + ")" : "";
		logger.warn("The property '" + name + "'" + origin + " is none of the SSE starter's. "
				+ ((suggestions.isEmpty()) ? "Remove it, or look up its name in docs/configuration.md"
						: "Did you mean '" + String.join("' or '", suggestions) + "'?"));
	}

}
