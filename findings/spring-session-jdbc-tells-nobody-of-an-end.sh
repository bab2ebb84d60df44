#!/usr/bin/env bash
#
# The guess: Spring Session publishes an event when a session is made, deleted or has run out, as its
# documentation shows for Redis, whatever store there is: who listens to AbstractSessionEvent, or to
# Spring Security's SessionDestroyedEvent, hears of each logout.
#
# What Spring Session 4.1.0 does: with JDBC it publishes nothing, not at the making of a session, not
# as it is deleted, not as the clean-up finds that it has run out. Who depends on the end of a session
# has to look for it.
#
# Seen on 2026-11-30, OpenJDK 17.0.15: the lines of "expected" below.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >pom.xml <<'END'
<project><modelVersion>4.0.0</modelVersion><groupId>findings</groupId><artifactId>sessions</artifactId><version>1</version><dependencies>
	<dependency><groupId>org.springframework.session</groupId><artifactId>spring-session-jdbc</artifactId><version>4.1.0</version></dependency>
	<dependency><groupId>org.springframework</groupId><artifactId>spring-web</artifactId><version>7.0.9</version></dependency>
	<dependency><groupId>jakarta.servlet</groupId><artifactId>jakarta.servlet-api</artifactId><version>6.1.0</version></dependency>
	<dependency><groupId>com.h2database</groupId><artifactId>h2</artifactId><version>2.4.240</version></dependency>
	<dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>2.0.17</version></dependency>
</dependencies></project>
END
timeout 300 mvn -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib >log ||
	{ tail log; exit 1; }

cat >expected <<'END'
made: there, events 0
deleted: gone, events 0
run out and cleaned up: gone, events 0
END
cat >Run.java <<'END'
import java.time.Duration;
import java.util.*;
import javax.sql.DataSource;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.*;
import org.springframework.jdbc.datasource.*;
import org.springframework.jdbc.datasource.init.*;
import org.springframework.core.io.ClassPathResource;
import org.springframework.session.*;
import org.springframework.session.events.AbstractSessionEvent;
import org.springframework.session.jdbc.JdbcIndexedSessionRepository;
import org.springframework.session.jdbc.config.annotation.web.http.EnableJdbcHttpSession;
import org.springframework.transaction.PlatformTransactionManager;

class Run {
	static final List<AbstractSessionEvent> events = Collections.synchronizedList(new ArrayList<>());

	@Configuration(proxyBeanMethods = false)
	@EnableJdbcHttpSession
	static class Config {
		@Bean
		DataSource dataSource() {
			DriverManagerDataSource source = new DriverManagerDataSource("jdbc:h2:mem:s;DB_CLOSE_DELAY=-1");
			new ResourceDatabasePopulator(new ClassPathResource("org/springframework/session/jdbc/schema-h2.sql")).execute(source);
			return source;
		}

		@Bean
		PlatformTransactionManager transactions(DataSource source) {
			return new org.springframework.jdbc.support.JdbcTransactionManager(source);
		}

		@Bean
		ApplicationListener<AbstractSessionEvent> listener() {
			return new ApplicationListener<>() {
				@Override
				public void onApplicationEvent(AbstractSessionEvent event) {
					events.add(event);
				}
			};
		}
	}

	public static void main(String[] args) throws Exception {
		try (var context = new AnnotationConfigApplicationContext(Config.class)) {
			run(context.getBean(JdbcIndexedSessionRepository.class), context.getBean(JdbcIndexedSessionRepository.class));
		}
	}

	static <S extends Session> void run(FindByIndexNameSessionRepository<S> repository, JdbcIndexedSessionRepository jdbc)
			throws InterruptedException {
		S session = repository.createSession();
		repository.save(session);
		show("made", repository, session);
		repository.deleteById(session.getId());
		show("deleted", repository, session);
		S other = repository.createSession();
		other.setMaxInactiveInterval(Duration.ofSeconds(1));
		repository.save(other);
		Thread.sleep(2500);
		jdbc.cleanUpExpiredSessions();
		show("run out and cleaned up", repository, other);
	}

	static void show(String what, SessionRepository<?> repository, Session session) throws InterruptedException {
		Thread.sleep(500);
		System.out.println(what + ": " + ((repository.findById(session.getId()) != null) ? "there" : "gone") + ", events "
				+ events.size());
	}
}
END
timeout 120 java -cp 'lib/*' Run.java | tee output
diff expected output
