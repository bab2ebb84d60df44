#!/usr/bin/env bash
#
# The guess: a schema that a customizer of operations puts into the components is in the document, and so is
# what an extension refers to, such as x-oai-itemSchema.
#
# What springdoc 3.1.1 does: once all operations are described it throws away the schemas that it finds no
# reference to, and does not look into extensions. The reference stays, and leads nowhere. What an
# OpenApiCustomizer adds, which comes after that, is kept.
#
# Seen on 2026-11-30, OpenJDK 17.0.15, Spring Boot 4.1.1: the lines of "expected" below.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >pom.xml <<'END'
<project><modelVersion>4.0.0</modelVersion>
<parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId><version>4.1.1</version><relativePath/></parent>
<groupId>findings</groupId><artifactId>springdoc</artifactId><version>1</version><dependencies>
	<dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-webmvc</artifactId></dependency>
	<dependency><groupId>org.springdoc</groupId><artifactId>springdoc-openapi-starter-webmvc-api</artifactId><version>3.1.1</version></dependency>
</dependencies></project>
END
timeout 300 mvn -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib >log ||
	{ tail log; exit 1; }

cat >expected <<'END'
refers to Early: true, has Early: false
refers to Late: true, has Late: true
END
cat >Run.java <<'END'
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.ObjectSchema;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.springdoc.core.customizers.GlobalOperationComponentsCustomizer;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.method.HandlerMethod;

public class Run {

	public static void main(String[] args) throws Exception {
		try (var context = SpringApplication.run(Api.class, "--server.port=0", "--logging.level.root=off",
				"--spring.main.banner-mode=off")) {
			String port = context.getEnvironment().getProperty("local.server.port");
			String document = HttpClient.newHttpClient()
				.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v3/api-docs")).build(),
						BodyHandlers.ofString())
				.body();
			for (String name : new String[] { "Early", "Late" }) {
				System.out.println("refers to " + name + ": " + document.contains("schemas/" + name) + ", has " + name + ": "
						+ document.contains("\"" + name + "\":{"));
			}
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Controller.class)
	public static class Api {

		@Bean
		GlobalOperationComponentsCustomizer early() {
			return new GlobalOperationComponentsCustomizer() {

				@Override
				public Operation customize(Operation operation, HandlerMethod method) {
					return operation;
				}

				@Override
				public Operation customize(Operation operation, Components components, HandlerMethod method) {
					components.addSchemas("Early", new ObjectSchema());
					operation.addExtension("x-early", Map.of("$ref", "#/components/schemas/Early"));
					operation.addExtension("x-late", Map.of("$ref", "#/components/schemas/Late"));
					return operation;
				}

			};
		}

		@Bean
		OpenApiCustomizer late() {
			return (document) -> document.getComponents().addSchemas("Late", new ObjectSchema());
		}

	}

	@RestController
	public static class Controller {

		@GetMapping("/hello")
		public String hello() {
			return "hello";
		}

	}

}
END
timeout 120 java -cp 'lib/*' Run.java 2>errors | tee output
diff expected output
