package io.github.ssestarter.autoconfigure;

import jakarta.servlet.Filter;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.web.filter.ServerHttpObservationFilter;

import io.github.ssestarter.servlet.StreamObservationFilter;

/**
 * Puts {@link StreamObservationFilter} around the filter that observes requests, whoever
 * has registered it by a {@link FilterRegistrationBean}.
 */
final class StreamObservations implements BeanPostProcessor {

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof FilterRegistrationBean<?> registration
				&& registration.getFilter() instanceof ServerHttpObservationFilter filter) {
			observe(registration, filter);
		}
		return bean;
	}

	@SuppressWarnings("unchecked")
	private static void observe(FilterRegistrationBean<?> registration, ServerHttpObservationFilter filter) {
		// Both are made of the filter's class unless they are set
		registration.setName(registration.getFilterName());
		registration.setDispatcherTypes(registration.determineDispatcherTypes());
		((FilterRegistrationBean<Filter>) registration).setFilter(new StreamObservationFilter(filter));
	}

}
