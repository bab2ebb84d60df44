package io.github.ssestarter.sample;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;

import com.jayway.jsonpath.JsonPath;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.json.JsonContent;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What Swagger UI shows of the sample: the two described demos.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class ApiDescriptionTests {

	private static final String ITEMS = ".get.responses.200.content['text/event-stream']['x-oai-itemSchema']";

	@LocalServerPort
	private int port;

	private JsonContent document;

	@BeforeEach
	void read() throws Exception {
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + "/v3/api-docs"))
			.build();
		this.document = new JsonContent(HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body());
	}

	@Test
	void theStreamOfOneRequestIsDescribed() {
		assertThat(this.document).isLenientlyEqualTo("""
				{"paths": {"/sse": {"get": {
					"operationId": "streamTicks",
					"tags": ["SSE"],
					"responses": {
						"200": {"content": {"text/event-stream": {"schema": {"type": "string"}}}},
						"400": {},
						"406": {}
					}
				}}}}""");
		assertThat(keys("$.paths['/sse'].get.responses")).containsExactly("200", "400", "406");
		assertThat(this.document).extractingPath("$.paths['/sse'].get.parameters[?(@.schema.default)].schema")
			.isEqualTo(JsonPath.parse("""
					[{"type": "integer", "format": "int32", "default": 30, "minimum": 1, "maximum": 1000},
					{"type": "integer", "format": "int64", "default": 1000, "minimum": 100, "maximum": 60000}]""")
				.json());
		assertThat(this.document).extractingPath("$.paths['/sse'].get.parameters[*]['name','required']")
			.isEqualTo(JsonPath.parse("""
					[{"name": "count", "required": false}, {"name": "intervalMs", "required": false},
					{"name": "Last-Event-ID", "required": false}, {"name": "clientId", "required": false}]""").json());
		assertThat(this.document).extractingPath("$.paths['/sse']" + ITEMS + ".oneOf[*].properties.event.const")
			.isEqualTo(List.of("connected", "tick", "complete", "sse-gap", "sse-busy", "sse-end"));
	}

	@Test
	void broadcastsAreDescribed() {
		assertThat(this.document).isLenientlyEqualTo(
				"""
						{
							"paths": {
								"/sse/broadcast": {"get": {
									"operationId": "hearMessages",
									"tags": ["SSE"],
									"responses": {
										"200": {"content": {"text/event-stream": {
											"schema": {"type": "string"},
											"x-oai-itemSchema": {"properties": {"data": {"type": "string"}}}
										}}},
										"406": {}
									}
								}},
								"/sse/broadcast/progress": {"get": {
									"operationId": "hearProgress",
									"tags": ["SSE"],
									"responses": {"200": {"content": {"text/event-stream": {"schema": {"type": "string"}}}}, "406": {}}
								}},
								"/api/broadcast": {"post": {
									"operationId": "broadcastMessage",
									"tags": ["SSE"],
									"requestBody": {
										"required": true,
										"content": {"application/json": {"schema": {"$ref": "#/components/schemas/SseBroadcastRequest"}}}
									},
									"responses": {
										"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/SseBroadcastOkResponse"}}}},
										"400": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/SseBroadcastErrorResponse"}}}},
										"500": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/SseBroadcastErrorResponse"}}}}
									}
								}}
							},
							"components": {"schemas": {
								"SseBroadcastRequest": {
									"type": "object", "properties": {"event": {"type": "string"}, "data": {}}, "required": ["event", "data"]
								},
								"SseBroadcastOkResponse": {
									"type": "object",
									"properties": {"ok": {"type": "boolean"}, "event": {"type": "string"}, "connected": {"type": "integer"}},
									"required": ["ok", "event", "connected"]
								},
								"SseBroadcastErrorResponse": {
									"type": "object",
									"properties": {"ok": {"type": "boolean"}, "error": {"type": "string"}},
									"required": ["ok", "error"]
								},
								"OperationProgressEvent": {
									"type": "object",
									"properties": {
										"taskId": {"type": "string"}, "progress": {"type": "integer"}, "status": {"type": "string"},
										"state": {"type": "string"}, "ts": {"type": "string", "format": "date-time"}
									}
								}
							}}
						}""");
		assertThat(this.document)
			.extractingPath("$.paths['/sse/broadcast/progress']" + ITEMS
					+ ".oneOf[?(@.properties.event.const == 'progress')]" + ".properties.data.contentSchema['$ref']")
			.isEqualTo(List.of("#/components/schemas/OperationProgressEvent"));
	}

	@Test
	void operationIdsAreAllDifferent() {
		assertThat(this.document).extractingPath("$.paths[*][*].operationId")
			.asArray()
			.hasSizeGreaterThanOrEqualTo(9)
			.doesNotHaveDuplicates();
	}

	private List<String> keys(String path) {
		Map<String, Object> object = JsonPath.read(this.document.getJson(), path);
		return List.copyOf(object.keySet());
	}

}
