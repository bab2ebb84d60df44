package io.github.ssestarter.fanout.testsupport;

import java.util.List;
import java.util.function.Supplier;

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
	public void publish(Message.Event event) {
		this.node.hearing();
		EventId id = this.node.engine().backplane().publish(event).join();
		this.log.add(id, event);
		this.node.heard(id);
	}

	@Override
	public void close(SseAudience audience) {
		this.node.hearing();
		this.node.closing(audience);
		EventId id = this.node.engine().backplane().publish(new Message.Close(audience, new byte[0])).join();
		this.log.pass(id);
		this.node.heard(id);
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
