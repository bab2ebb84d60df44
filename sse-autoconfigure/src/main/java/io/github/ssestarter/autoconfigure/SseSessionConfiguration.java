package io.github.ssestarter.autoconfigure;

import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.session.SessionRepository;

import io.github.ssestarter.fanout.SseEngine;
import io.github.ssestarter.security.StoredSessionFilter;
import io.github.ssestarter.security.StoredSessions;
import io.github.ssestarter.servlet.JettySessions;

/**
 * Sessions whose end nobody tells of.
 */
@Configuration(proxyBeanMethods = false)
class SseSessionConfiguration {

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(SessionRepository.class)
	static class OfSpringSession {

		@Bean
		StoredSessions sseStoredSessions(ObjectProvider<SessionRepository<?>> repository) {
			return new StoredSessions(repository);
		}

		@Bean
		FilterRegistrationBean<StoredSessionFilter> sseStoredSessionFilter(SseEngine engine) {
			FilterRegistrationBean<StoredSessionFilter> registration = new FilterRegistrationBean<>(
					new StoredSessionFilter(engine));
			registration.setOrder(StoredSessionFilter.ORDER);
			return registration;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ServletContextHandler.class)
	static class OfJetty {

		@Bean
		JettySessions sseJettySessions() {
			return new JettySessions();
		}

	}

}
