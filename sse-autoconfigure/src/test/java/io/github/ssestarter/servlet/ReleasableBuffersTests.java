package io.github.ssestarter.servlet;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;

import org.apache.tomcat.util.net.SocketBufferHandler;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The buffers of a Tomcat connection.
 */
class ReleasableBuffersTests {

	/**
	 * One that was not would use Tomcat's own fields, which hold nothing.
	 */
	@Test
	void everyMethodOfTomcatIsPassedOn() throws Exception {
		for (Method method : SocketBufferHandler.class.getDeclaredMethods()) {
			if (!Modifier.isPrivate(method.getModifiers()) && !Modifier.isStatic(method.getModifiers())) {
				assertThat(ReleasableBuffers.class.getDeclaredMethod(method.getName(), method.getParameterTypes()))
					.isNotNull();
			}
		}
	}

	@Test
	void theyAreThereAgainForTheNextConnection() {
		ReleasableBuffers buffers = new ReleasableBuffers(new SocketBufferHandler(100, 200, true));
		buffers.unReadReadBuffer(ByteBuffer.wrap(new byte[5]));
		assertThat(buffers.isReadBufferEmpty()).isFalse();
		buffers.configureReadBufferForRead();
		buffers.getReadBuffer().get(new byte[5]);
		buffers.release();
		assertThat(buffers.getReadBuffer().capacity()).isZero();
		assertThat(buffers.getWriteBuffer().capacity()).isZero();
		assertThat(buffers.isReadBufferEmpty()).isTrue();
		assertThat(buffers.isWriteBufferEmpty()).isTrue();
		buffers.reset();
		assertThat(buffers.getReadBuffer().capacity()).isEqualTo(100);
		assertThat(buffers.getReadBuffer().isDirect()).isTrue();
		assertThat(buffers.getWriteBuffer().remaining()).isEqualTo(200);
	}

}
