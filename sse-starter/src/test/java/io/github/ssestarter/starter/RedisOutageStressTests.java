package io.github.ssestarter.starter;

import org.junit.jupiter.api.Tag;

import io.github.ssestarter.starter.testsupport.RedisServer;

/**
 * The same on Redis 6.2.
 */
@Tag("stress")
class RedisOutageStressTests extends RedisOutageTests {

	@Override
	RedisServer.Version version() {
		return RedisServer.Version.EMBEDDED;
	}

}
