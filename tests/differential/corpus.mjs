// The packets that both codecs are fed with. A Socket.IO case is the sequence of messages that one
// connection receives, an Engine.IO case is the body of one POST request. Text may be a string or
// raw bytes. A name that begins with a rule's number says which rule the case belongs to.

const repeat = (n, make) => Array.from({ length: n }, (_, i) => make(i)).join("");
const nested = (n, open, close) => `42["x",${open.repeat(n)}${close.repeat(n)}]`;
const bytes = (...values) => Buffer.from(values);
const placeholder = (num) => `{"_placeholder":true,"num":${num}}`;

/** Engine.IO payloads. */
export const payloads = Object.entries({
  "one message": "4hello",
  "three packets": "4hello\x1e2\x1e4world",
  "every type": "0\x1e1\x1e2\x1e3\x1e4\x1e5\x1e6",
  "every type with data": "0a\x1e1b\x1e2c\x1e3d\x1e4e\x1e5f\x1e6g",
  "probe": "2probe\x1e3probe",
  "binary": "bAQIDBA==",
  "binary between text": "4a\x1ebAQID\x1e4b",
  "binary of one, two and three bytes": "bAA==\x1ebAAA=\x1ebAAAA",
  "binary with every character": "bABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
  "F380 a message without data": "4",
  "multi-byte text": "4€ — текст 🙂",
  "quotes and line breaks": '4"\n\r\t\\',
  "a null character": "4a\0b",
  "a message that looks like binary": "4bAQID",
  "F083 empty body": "",
  "F142 unknown type": "7",
  "F142 a letter": "abc",
  "F142 wrong one between right ones": "4a\x1ex\x1e4b",
  "R80 an open packet from a client": "0{}",
  "R76 separators only": "\x1e\x1e\x1e",
  "R76 separator first": "\x1e4a",
  "R76 separator last": "4a\x1e",
  "R76 separator twice": "4a\x1e\x1e4b",
  "R77 many pongs": Array(5000).fill("3").join("\x1e"),
  "R79 b alone": "b",
  "R79 no base64": "b!!!",
  "R79 one character": "bA",
  "R79 no padding": "bAQIDBA",
  "R79 too little padding": "bAQIDBA=",
  "R79 URL alphabet": "b-_-_",
  "R79 white space": "bAQ ID",
  "R79 bits that belong to no byte": "bAR==",
  "R79 700 kB": "b" + "QUJD".repeat(175_000),
  "not UTF-8": Buffer.from("34ff", "hex"),
  "half a surrogate pair": Buffer.from("34eda080", "hex"),
});

/** One packet of a binary payload of revision 3, right or wrong. */
function part(flag, packet, length = String(Buffer.byteLength(packet))) {
  return Buffer.concat([bytes(flag, ...Array.from(length, Number), 255), Buffer.from(packet)]);
}

/** Engine.IO payloads of revision 3: text as strings, octets as buffers. */
export const payloads3 = Object.entries({
  "v3 one message": "6:4hello",
  "v3 three packets": "6:4hello1:26:4world",
  "v3 every type": "1:01:11:21:31:41:51:6",
  "v3 every type with data": "2:0a2:1b2:2c2:3d2:4e2:5f2:6g",
  "v3 F149 multi-byte text": "19:4€ — текст 🙂ü🙂🙂4:4äöü1:2",
  "v3 F149 quotes, line breaks, a null character": '9:4"\n\r\t\\\0:',
  "v3 a colon in a message": "6:4a:b:c",
  "v3 a message that looks like binary": "6:4bAQID",
  "v3 F150 base64": "10:b4AQIDBA==6:4hello",
  "v3 F150 empty base64": "2:b4",
  "v3 leading zeros": "0006:4hello",
  "v3 F156 empty body": "",
  "v3 F156 unknown type": "1:7",
  "v3 F156 a letter": "3:abc",
  "v3 F156 something behind": "1:2x",
  "v3 F156 a length behind": "1:21:",
  "v3 R78 no length": "4hello",
  "v3 R78 only a colon": ":",
  "v3 R78 no packet": "1:",
  "v3 R78 a length too long": "99999999:4hello",
  "v3 R78 a second length too long": "1:27:4hello",
  "v3 R78 length 0": "0:",
  "v3 R78 length 0 between": "1:20:1:3",
  "v3 R78 a negative length": "-1:2",
  "v3 R78 a sign": "+1:2",
  "v3 R78 a space": " 1:2",
  "v3 R78 hexadecimal": "0x1:2",
  "v3 R78 an exponent": "1e0:2",
  "v3 R78 a fraction": "1.0:2",
  "v3 R78 seventeen digits": `${"0".repeat(16)}1:2`,
  "v3 R78 300 digits": `${"1".repeat(300)}:2`,
  "v3 R78 half of a character": "2:4🙂1:2",
  "v3 R79 no base64": "5:b4!!!",
  "v3 R79 no padding": "9:b4AQIDBA",
  "v3 R80 base64 of another type": "6:b2AQID",
  "v3 R80 base64 without type": "1:b",
  "v3 a replacement character": "2:4\ufffd",
  "v3 bytes: text": part(0, "4hello"),
  "v3 bytes: all": Buffer.concat([part(0, "4€ 🙂"), part(1, bytes(4, 1, 2, 3)), part(0, "2"), part(1, bytes(4))]),
  "v3 bytes: F151 a long one": part(1, Buffer.alloc(1234, 4)),
  "v3 bytes: base64": part(0, "b4AQIDBA=="),
  "v3 bytes: leading zeros": part(0, "2", "001"),
  "v3 bytes: F156 empty body": bytes(),
  "v3 bytes: F156 unknown type": part(0, "7"),
  "v3 bytes: F156 empty text": part(0, ""),
  "v3 bytes: not UTF-8": part(0, bytes(0x34, 0xff)),
  "v3 bytes: R78 empty binary": part(1, ""),
  "v3 bytes: R78 binary of another type": part(1, bytes(2, 1)),
  "v3 bytes: R78 binary of no type": part(1, bytes(52, 1)),
  "v3 bytes: R78 another flag": part(2, bytes(4, 1)),
  "v3 bytes: R78 no length": part(0, "2", ""),
  "v3 bytes: R78 a length without an end": bytes(0, 1),
  "v3 bytes: R78 a length too long": part(0, "2", "9"),
  "v3 bytes: R78 a second length without an end": Buffer.concat([part(0, "2"), bytes(0, 1)]),
  "v3 bytes: R78 no digits": Buffer.concat([bytes(0, 49, 255), Buffer.from("2")]),
  "v3 bytes: R78 seventeen digits": part(0, "2", `${"0".repeat(16)}1`),
  "v3 bytes: R78 300 digits": part(0, "2", "1".repeat(300)),
});

/** Packets to be written by both: text as strings, the bytes of a message as buffers. */
export const written3 = Object.entries({
  "one": ["4hello"],
  "several": ["4hello", "2", "6", "4€ 🙂"],
  "binary": [bytes(1, 2, 3)],
  "binary between text": ["4€", bytes(), "4🙂🙂", bytes(255), bytes(0, 1)],
  "long ones": [`4${"ü🙂".repeat(10_000)}`, Buffer.alloc(100_000, 1)],
});

const event = {
  "event": ['2["hello"]'],
  "event with every JSON type": ['2["x",null,true,false,0,-1,1.5,"s",[],{},[1,[2]],{"a":{"b":[]}}]'],
  "event with an ack id": ['213["hello"]'],
  "event of a namespace": ['2/admin,["hello",1]'],
  "event of a namespace with an ack id": ['2/admin,456["project:delete",123]'],
  "event with white space in its payload": ['2[ "a" , { "b" : 1 } ]'],
  "event whose name is empty": ['2[""]'],
  "event whose name has escapes": ['2["\\u0061\\n\\"\\ud83d\\ude42"]'],
  "event named error": ['2["error","x"]'],
  "event named connection": ['2["connection"]'],
  "events one after another": ['2["a",1]', '2["b",2]', '3/x,7["c"]'],
  "unicode": ['2["x","€ текст 🙂 \\u20ac"]'],
  "control characters in strings": ['2["x","\\u0000\\u001f\\u007f\\b\\f"]'],
  "line separators": ['2["x","\u2028\u2029"]'],
  "numbers": ["2[\"x\",0,-0,1,-1,0.1,1e3,1E3,1e+3,1e-7,123456789012345680000,1e21,5e-324,1.7976931348623157e308]"],
  "numbers of 32 and 64 bits": ['2["x",2147483648,-2147483649,4294967296,9007199254740991,-9007199254740991]'],
  "long strings": [`2["x","${"a".repeat(100_000)}","${"é".repeat(50_000)}"]`],
  "many arguments": [`2["x",${Array.from({ length: 5000 }, (_, i) => i).join()}]`],
  "64 levels": [nested(64, "[", "]").slice(1), nested(64, '{"a":', "}").replace(/:}/, ":1}").slice(1)],
  "F234 a placeholder in a plain event": [`2["x",${placeholder(0)}]`],
  "R121 a key named __proto__": ['2["x",{"__proto__":{"a":1},"constructor":2}]'],
  "R121 duplicate keys": ['2["x",{"a":1,"a":2,"b":3}]'],
  "R121 a null character in a key": ['2["x",{"\\u0000":1}]'],
  "R121 a long key": [`2["x",{"${"k".repeat(100_000)}":1}]`],
  "R123 beyond a double": ['2["x",1e400]'],
  "R123 below a double": ['2["x",1E-999]'],
  "R123 beyond 2^53": ['2["x",9007199254740993,18446744073709551617]'],
  "R123 a leading zero": ['2["x",01]'],
  "R123 a plus sign": ['2["x",+1]'],
  "R123 a bare point": ['2["x",.5,1.]'],
  "R123 NaN": ['2["x",NaN]'],
  "R123 a lone high surrogate": ['2["x","a\\ud800b"]'],
  "R123 a lone low surrogate": ['2["x","a\\udc00b"]'],
  "R116 connect": ['2["connect"]'],
  "R116 connect_error": ['2["connect_error"]'],
  "R116 disconnect": ['2["disconnect"]'],
  "R116 disconnecting": ['2["disconnecting"]'],
  "R116 newListener": ['2["newListener"]'],
  "R116 removeListener": ['2["removeListener"]'],
  "R116 spelled with an escape": ['2["\\u0063onnect"]'],
  "R117 empty array": ["2[]"],
  "R117 an object as name": ["2[{}]"],
  "R117 null as name": ["2[null]"],
  "R117 true as name": ["2[true]"],
  "R117 an array as name": ["2[[]]"],
  "R117 an object": ['2{"a":1}'],
  "R117 a string": ['2"a"'],
  "R117 a number as name": ['2[1,"x"]'],
  "R117 not JSON": ['2["a"'],
  "R117 something behind the JSON": ['2["a"]]'],
  "R117 a comma too many": ['2["a",]'],
  "R118 no payload": ["2"],
  "R118 no payload but a namespace": ["2/x,"],
  "R118 no payload but an id": ["21"],
  "R122 128 levels": [nested(127, "[", "]").slice(1)],
  "R122 129 levels": [nested(128, "[", "]").slice(1)],
  "R122 1000 levels": [nested(1000, "[", "]").slice(1)],
  "R122 unclosed levels": [`2["x",${"[".repeat(500_000)}`],
  "L22 a name of 256 bytes": [`2["${"n".repeat(256)}"]`],
  "L22 a name of 257 bytes": [`2["${"n".repeat(257)}"]`],
};

const ack = {
  "ack": ["34[]"],
  "ack with arguments": ['34["a",{"b":1},null]'],
  "ack of a namespace": ['3/admin,456["ok"]'],
  "ack with the reserved names as data": ['31["connect"]'],
  "ack ids from 0 to 2^53-1": ["30[]", "39007199254740991[]"],
  "ack id with leading zeros": ["3007[]"],
  "R124 2^53": ["39007199254740992[]"],
  "R124 17 digits": ["310000000000000000[]"],
  "R124 30 digits": [`3${"9".repeat(30)}[]`],
  "R124 400 digits": [`3${"9".repeat(400)}[]`],
  "R124 an event with 30 digits": [`2${"9".repeat(30)}["x"]`],
  "R125 no id": ["3[]"],
  "R125 an object": ['31{"a":1}'],
  "R125 no payload": ["31"],
  "F239 a negative id": ["3-1[]"],
  "F239 a fraction": ["31.5[]"],
  "F239 letters": ["31a[]"],
  "F381 a space as id": ['2 ["x"]'],
  "F381 a space before the id": ['2 1["x"]'],
};

const connection = {
  "connect": ["0"],
  "connect with auth": ['0{"token":"123"}'],
  "connect with a nested auth": ['0{"a":{"b":[1,{"c":null}]}}'],
  "connect to a namespace": ["0/admin,"],
  "connect to a namespace with auth": ['0/admin,{"token":"123"}'],
  "F222 no comma": ["0/admin"],
  "F222 the main namespace by name": ["0/,", '0/,{"a":1}', "0/"],
  "F352 a query in the namespace": ["0/admin?token=1&x=%2c,"],
  "a namespace with special characters": ["0/é \"'\\{}[],", "0//a/b,", "0/a\0b,", "0/a\r\nb,"],
  "a namespace without a slash": ["0admin,"],
  "R119 an array": ["0[1]"],
  "R119 a string": ['0"a"'],
  "R119 a number": ["0/x,1"],
  "R119 null": ["0null"],
  "R119 not JSON": ["0{"],
  "an id in a connect packet": ["01{}"],
  "R120 deep auth": [`0${'{"a":'.repeat(200)}1${"}".repeat(200)}`],
  "L22 a namespace of 1 KiB": [`0/${"n".repeat(1023)},`],
  "L22 a namespace of 1 KiB and a byte": [`0/${"n".repeat(1024)},`],
  "R115 a namespace of 900 kB": [`0/${"n".repeat(900_000)}`],
  "disconnect": ["1", "1/admin,", "1/admin"],
  "F225 disconnect with a payload": ["1{}"],
  "an id in a disconnect packet": ["11"],
  "connect error": ['4{"message":"Not authorized"}', '4/admin,"no"', "4"],
  "F225 connect error with an array": ["4[]"],
  "F225 connect error with a number": ['4/x,1'],
  "an id in a connect error": ['41{"message":"x"}'],
};

const unknown = {
  "R112 type 7": ["7"],
  "R112 type 9": ["9"],
  "R112 a letter": ["x"],
  "R112 empty": [""],
  "R112 a space": [" "],
  "R112 only JSON": ['["x"]'],
};

const two = [bytes(1, 2, 3), bytes(4, 5)];
const binary = {
  "binary event": [`51-["x",${placeholder(0)}]`, bytes(1, 2, 3, 4)],
  "binary event with everything": [
    `52-/admin,13["x",{"a":[${placeholder(0)},1]},"b",${placeholder(1)}]`, ...two],
  "binary ack": [`61-/admin,456[${placeholder(0)}]`, bytes(255)],
  "binary ack of nothing else": [`61-0[${placeholder(0)}]`, bytes()],
  "an empty attachment": [`51-["x",${placeholder(0)}]`, bytes()],
  "a large attachment": [`51-["x",${placeholder(0)}]`, Buffer.alloc(500_000, 7)],
  "placeholders in another order": [`52-["x",${placeholder(1)},${placeholder(0)}]`, ...two],
  "members of a placeholder in another order": ['51-["x",{"num":0,"_placeholder":true}]', bytes(1)],
  "ten attachments": [
    `510-["x",${Array.from({ length: 10 }, (_, i) => placeholder(i)).join()}]`,
    ...Array.from({ length: 10 }, (_, i) => bytes(i))],
  "one packet after another": [
    `51-["x",${placeholder(0)}]`, bytes(1), '2["y"]', `51-["z",${placeholder(0)}]`, bytes(2)],
  "not quite placeholders": [
    '51-["x",{"_placeholder":false,"num":0},{"_placeholder":"true","num":0},{"_placeholder":1},' +
    `{"num":0},${placeholder(0)}]`, bytes(1)],
  "F230 no attachments": ['50-["x"]'],
  "R126 eleven attachments": ['511-["x"]'],
  "R126 very many attachments": ["599999999-"],
  "R127 none, then many": ['50-["x"]', bytes(1), bytes(2)],
  "R113 a million digits": [`5${"1".repeat(1_000_000)}`],
  "R113 a million zeros": [`5${"0".repeat(1_000_000)}1-["x"]`],
  "R113 a million digits of an id": [`2${"1".repeat(1_000_000)}["x"]`],
  "R129 an exponent": [`51e0-["x",${placeholder(0)}]`, bytes(1)],
  "R129 a space first": [`5 1-["x",${placeholder(0)}]`, bytes(1)],
  "R129 a space last": [`51 -["x",${placeholder(0)}]`, bytes(1)],
  "R129 hexadecimal": [`50x1-["x",${placeholder(0)}]`, bytes(1)],
  "R129 negative": ['5-1-["x"]'],
  "R129 a fraction": [`51.5-["x",${placeholder(0)}]`, bytes(1)],
  "R129 a plus sign": [`5+1-["x",${placeholder(0)}]`, bytes(1)],
  "R129 a leading zero": [`501-["x",${placeholder(0)}]`, bytes(1)],
  "R129 no hyphen": ['51["x"]'],
  "R129 nothing": ['5-["x"]', bytes(1)],
  "R130 out of range": [`51-["x",${placeholder(1)}]`, bytes(1)],
  "R130 negative": [`51-["x",${placeholder(-1)}]`, bytes(1)],
  "R130 a fraction": [`52-["x",${placeholder("0.5")},${placeholder(1)}]`, ...two],
  "R130 a whole number with a fraction": [`52-["x",${placeholder("0.0")},${placeholder("1e0")}]`, ...two],
  "R130 a string": [`51-["x",${placeholder('"0"')}]`, bytes(1)],
  "R130 __proto__": [`51-["x",${placeholder('"__proto__"')}]`, bytes(1)],
  "R130 null": [`51-["x",${placeholder("null")}]`, bytes(1)],
  "R130 infinite": [`51-["x",${placeholder("1e400")}]`, bytes(1)],
  "R130 large": [`51-["x",${placeholder("99999999999")}]`, bytes(1)],
  "R130 missing": ['51-["x",{"_placeholder":true}]', bytes(1)],
  "R131 two placeholders with one number": [`51-["x",${placeholder(0)},${placeholder(0)}]`, bytes(1)],
  "R131 fewer placeholders than attachments": [`52-["x",${placeholder(0)}]`, ...two],
  "R131 as many placeholders, one attachment left": [
    `52-["x",${placeholder(0)},${placeholder(0)}]`, ...two],
  "R131 no placeholder": ['51-["x"]', bytes(1)],
  "R131 more placeholders than attachments": [`51-["x",${placeholder(0)},${placeholder(1)}]`, bytes(1)],
  "R131 a placeholder as event name": [`51-[${placeholder(0)}]`, bytes(1)],
  "R131 a placeholder as payload": [`51-${placeholder(0)}`, bytes(1)],
  "R131 further members": ['51-["x",{"_placeholder":true,"num":0,"a":[1]}]', bytes(1)],
  "R131 a placeholder in a placeholder": [
    `52-["x",{"_placeholder":true,"num":0,"a":${placeholder(1)}},${placeholder(1)}]`, ...two],
  "R131 the last of two members counts": [
    '52-["x",{"_placeholder":true,"num":0,"num":1},{"_placeholder":false,"_placeholder":true,"num":0},' +
    '{"_placeholder":true,"num":0,"_placeholder":false}]', ...two],
  "R132 text while attachments are awaited": [`51-["x",${placeholder(0)}]`, '2["y"]'],
  "R132 an attachment that none awaits": [bytes(1)],
  "R132 an attachment too many": [`51-["x",${placeholder(0)}]`, bytes(1), bytes(2)],
  "R132 an empty attachment that none awaits": [bytes()],
  "F225 a binary event without name": [`51-[]`, bytes(1)],
  "F225 a binary event named connect": [`51-["connect",${placeholder(0)}]`, bytes(1)],
  "F225 a binary ack that is an object": [`61-1{"a":${placeholder(0)}}`, bytes(1)],
  "R118 a binary event without payload": ["51-", bytes(1)],
  "R125 a binary ack without id": [`61-[${placeholder(0)}]`, bytes(1)],
};

/** Socket.IO packets. */
export const packets = Object.entries({ ...event, ...ack, ...connection, ...unknown, ...binary });

for (const seed of [1, 2, 3]) packets.push(...randomEvents(seed, 100));

/** Events with random JSON in them, the same in every run. */
function randomEvents(seed, count) {
  let state = seed;
  const random = (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
  const text = () => repeat(random(12), () => String.fromCodePoint(
    [random(0x80), 0xa0 + random(0x700), 0x2000 + random(0x100), 0x1f600 + random(64)][random(4)]));
  const number = () => [random(10), -random(1e9), random(1e6) / 997, random(1e6) * 1e15,
    random(1e9) * 2 ** random(200), random(100) / 2 ** random(300)][random(6)];
  let attachments;
  const value = (depth) => {
    switch (random(depth > 4 ? 5 : 8)) {
      case 0: return null;
      case 1: return random(2) === 0;
      case 2: return number();
      case 3: return text();
      case 4:
        if (!attachments || attachments.length === 10) return "";
        attachments.push(Buffer.from(text()));
        return { _placeholder: true, num: attachments.length - 1 };
      case 5: return Array.from({ length: random(4) }, () => value(depth + 1));
      default: return Object.fromEntries(
        Array.from({ length: random(4) }, (_, i) => ["k" + i + text(), value(depth + 1)]));
    }
  };
  return Array.from({ length: count }, (_, i) => {
    attachments = random(2) === 0 ? [] : undefined;
    const data = JSON.stringify(["e" + text(), value(0), value(0), value(0)]);
    const head = ["", "/a,", "7", "/b/c,12"][random(4)] + data;
    const name = `random event ${seed}.${i}`;
    return attachments?.length
      ? [name, [`5${attachments.length}-${head}`, ...attachments]] : [name, [`2${head}`]];
  });
}
