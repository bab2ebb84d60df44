package io.github.ssestarter.starter;

import java.nio.file.Path;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import io.github.ssestarter.backplane.Backplane;
import io.github.ssestarter.starter.testsupport.FaultProxy;
import io.github.ssestarter.starter.testsupport.RedisNodes;
import io.github.ssestarter.starter.testsupport.RedisServer;
import io.github.ssestarter.test.backplane.BackplaneContractTests;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The backplane on Redis keeps to the contract, on the versions that there are.
 */
@ParameterizedClass
@EnumSource
class RedisBackplaneContractTests extends BackplaneContractTests {

	@Parameter
	private RedisServer.Version version;

	@TempDir
	private Path folder;

	private RedisServer redis;

	private FaultProxy network;

	private RedisNodes nodes;

	@BeforeEach
	void startRedis() {
		this.redis = RedisServer.start(this.version, this.folder, "--appendonly", "yes");
		this.network = FaultProxy.to(this.redis.port());
		this.nodes = new RedisNodes();
	}

	@AfterEach
	void stopRedis() {
		if (this.redis != null) {
			this.nodes.close();
			this.network.close();
			this.redis.close();
		}
	}

	@Override
	protected Capabilities capabilities() {
		return new Capabilities(true, true, true, true);
	}

	@Override
	protected Backplane create() {
		return this.nodes.create(RedisNodes.node(this.network.port()));
	}

	@Override
	protected void restart() {
		this.redis.stop();
		this.redis.startAgain();
	}

	@Override
	protected void failOver() {
		RedisServer replica = RedisServer.start(this.version, this.folder, "--replicaof", "127.0.0.1",
				Integer.toString(this.redis.port()));
		replica.awaitReplication();
		// What the master has accepted, the replica has
		this.network.silence(true);
		assertThat(this.redis.commands().waitForReplication(1, 10_000)).isEqualTo(1);
		this.redis.kill();
		replica.commands().replicaofNoOne();
		this.network.moveTo(replica.port());
		this.network.silence(false);
		this.redis.close();
		this.redis = replica;
	}

}
