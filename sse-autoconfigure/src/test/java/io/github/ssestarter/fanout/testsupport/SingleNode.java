package io.github.ssestarter.fanout.testsupport;

import java.util.List;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.github.ssestarter.SseAudience;
import io.github.ssestarter.backplane.EventId;
import io.github.ssestarter.backplane.Message;

/**
 * One node, with its log in memory.
 */
final class SingleNode implements ModelCluster {

	private final ModelLog log = new ModelLog();

	private final Supplier<TestEngine> engines;

	private ModelNode node;

	SingleNode(Supplier<TestEngine> engines) {
		this.engines = engines;
		this.node = start(engines.get());
	}

	private ModelNode start(TestEngine engine) {
		engine.start();
		this.log.begin(engine.history().tail().id());
		ModelNode node = new ModelNode(engine, this.log);
		node.begun(engine.history().tail().id());
		return node;
	}

	@Override
	public ModelLog log() {
		return this.log;
	}

	@Override
	public List<ModelNode> nodes() {
		return List.of(this.node);
	}

	@Override
	public void publish(SseAudience audience, byte[] body, @Nullable String ownId) {
		TestEngine engine = this.node.engine();
		EventId id = engine.backplane().publish(new Message.Event(audience, body, ownId)).join();
		this.node.heard(id);
		this.log.add(id, audience, ownId);
	}

	@Override
	public void close(SseAudience audience) {
		TestEngine engine = this.node.engine();
		this.node.closing(audience);
		EventId id = engine.backplane().publish(new Message.Close(audience, new byte[0])).join();
		this.node.heard(id);
		this.log.pass(id);
	}

	@Override
	public void step() {
	}

	@Override
	public void catchUp() {
	}

	@Override
	public void restart(ModelNode gone) {
		TestEngine engine = this.engines.get();
		engine.millis.set(gone.engine().millis.get());
		this.node = start(engine);
	}

}
