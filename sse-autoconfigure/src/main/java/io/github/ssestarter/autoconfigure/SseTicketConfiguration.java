package io.github.ssestarter.autoconfigure;

import java.security.SecureRandom;
import java.time.Clock;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextHolderStrategy;
import org.springframework.security.web.access.ExceptionTranslationFilter;

import io.github.ssestarter.SseLogins;
import io.github.ssestarter.SseTickets;
import io.github.ssestarter.security.AnonymousUsers;
import io.github.ssestarter.security.SecurityTicketUsers;
import io.github.ssestarter.security.TicketLoginFilter;
import io.github.ssestarter.servlet.TicketFilter;
import io.github.ssestarter.servlet.TicketUserFilter;
import io.github.ssestarter.tickets.StoredTickets;
import io.github.ssestarter.tickets.TicketStore;
import io.github.ssestarter.tickets.TicketUsers;

/**
 * Streams that a ticket opens.
 */
@Configuration(proxyBeanMethods = false)
class SseTicketConfiguration {

	@Bean
	@ConditionalOnMissingBean
	TicketStore sseTicketStore(SseProperties properties) {
		return TicketSettingsMapper.room(properties);
	}

	@Bean
	@ConditionalOnMissingBean
	SseTickets sseTickets(TicketStore store, SseProperties properties, ObjectProvider<AnonymousUsers> anonymous) {
		return new StoredTickets(store,
				PropertyChecks.upTo("sse.tickets.ttl", properties.getTickets().getTtl(), StoredTickets.MAX_TTL),
				EngineSettingsMapper.topics(properties.getLimits()), Clock.systemUTC(), new SecureRandom(),
				(user) -> anonymous.stream().anyMatch((users) -> users.test(user)));
	}

	@Bean
	FilterRegistrationBean<TicketFilter> sseTicketFilter(TicketStore store, SseProperties properties) {
		String parameter = properties.getTickets().getParameter();
		if (!parameter.matches("[\\w.~-]+")) {
			throw PropertyChecks.invalid("sse.tickets.parameter", parameter,
					"the name of a request parameter, such as ticket");
		}
		FilterRegistrationBean<TicketFilter> registration = new FilterRegistrationBean<>(
				new TicketFilter(store, parameter));
		registration.setOrder(TicketFilter.ORDER);
		return registration;
	}

	@Bean
	FilterRegistrationBean<TicketUserFilter> sseTicketUserFilter() {
		FilterRegistrationBean<TicketUserFilter> registration = new FilterRegistrationBean<>(new TicketUserFilter());
		registration.setOrder(TicketUserFilter.ORDER);
		return registration;
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ HttpSecurity.class, ExceptionTranslationFilter.class })
	static class OfSpringSecurity {

		@Bean
		AnonymousUsers sseAnonymousUsers() {
			return new AnonymousUsers();
		}

		/** Logins are looked for late: who knows them may issue tickets, too. */
		@Bean
		@ConditionalOnMissingBean(TicketUsers.class)
		SecurityTicketUsers sseTicketUsers(ObjectProvider<SseLogins> logins) {
			return new SecurityTicketUsers(() -> logins.getIfAvailable(() -> SseLogins.PLAIN));
		}

		/**
		 * After all that could find a login or keep one in a session.
		 */
		@Bean
		Customizer<HttpSecurity> sseTicketLogins(ObjectProvider<SecurityContextHolderStrategy> holder) {
			return (http) -> http.addFilterBefore(
					new TicketLoginFilter(holder.getIfUnique(SecurityContextHolder::getContextHolderStrategy)),
					ExceptionTranslationFilter.class);
		}

	}

}
