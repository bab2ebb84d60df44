package io.github.ssestarter.sample;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What stands above all in Swagger UI, at {@code /swagger-ui.html}. The operations are
 * described where they are, and in {@code application.yml}.
 */
@Configuration(proxyBeanMethods = false)
class ApiDescription {

	@Bean
	OpenAPI api() {
		return new OpenAPI().info(new Info().title("SSE demos").version("1").description("""
				The API behind [the demos](/).

				**Try streams on their pages**, such as [per request](/stream.html) and \
				[broadcast](/broadcast.html). *Execute* collects all that a stream brings and shows it once the \
				stream has ended, which a stream that hears broadcasts never does.
				"""));
	}

}
