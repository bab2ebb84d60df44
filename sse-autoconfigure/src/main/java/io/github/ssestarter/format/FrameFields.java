package io.github.ssestarter.format;

import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

/**
 * What a frame holds, read from its bytes for whoever wants to tell of it.
 *
 * @param name the name of its event, {@code null} if it has none
 * @param id its id, {@code null} if it has none
 * @param data its data, {@code null} if it has none and no event fires
 * @param bytes how long it is
 * @since 0.1.0
 */
public record FrameFields(@Nullable String name, @Nullable String id, @Nullable String data, int bytes) {

	/**
	 * Reads a frame.
	 * @param frame a frame of the {@link SseEventFormatter}
	 * @return what it holds; of several events the first one's name and the last one's id
	 */
	public static FrameFields of(byte[] frame) {
		String name = null;
		String id = null;
		StringBuilder data = null;
		for (String line : new String(frame, StandardCharsets.UTF_8).split("\n")) {
			if (line.startsWith("event: ") && name == null) {
				name = line.substring("event: ".length());
			}
			else if (line.startsWith("id: ")) {
				id = line.substring("id: ".length());
			}
			else if (line.startsWith("data: ")) {
				data = (data != null) ? data.append('\n') : new StringBuilder();
				data.append(line, "data: ".length(), line.length());
			}
		}
		return new FrameFields(name, id, (data != null) ? data.toString() : null, frame.length);
	}

}
