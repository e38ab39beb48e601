// What the official adapter for Redis streams (0.3.1) has added to its streams and published, byte
// for byte; MessagePack as hexadecimal digits.
#pragma once

#include "adapters/vectors.hpp"

namespace socketio::test {

struct entry_vector {
  const char* name;
  const char* stream;
  const char* uid;
  const char* nsp;
  const char* type;
  const char* data;
};

// clang-format off
inline constexpr entry_vector entry_vectors[] = {
    {"streams/broadcast/all/string", "socket.io", "385117d089230b9c", "/", "3",
     R"~({"packet":{"type":2,"data":["hello","world"]},"opts":{"rooms":[],"except":[],"flags":{)~"
     R"~(}}})~"},
    {"streams/broadcast/room/string", "socket.io", "385117d089230b9c", "/", "3",
     R"~({"packet":{"type":2,"data":["hello","world"]},"opts":{"rooms":["r1"],"except":[],"flag)~"
     R"~(s":{}}})~"},
    {"streams/broadcast/rooms-except-flags", "socket.io", "385117d089230b9c", "/", "3",
     R"~({"packet":{"type":2,"data":["multi",1]},"opts":{"rooms":["r1","r2"],"except":["x1"],"f)~"
     R"~(lags":{"volatile":true,"compress":false}}})~"},
    {"streams/broadcast/socket-broadcast", "socket.io", "385117d089230b9c", "/", "3",
     R"~({"packet":{"type":2,"data":["fromsock","hi"]},"opts":{"rooms":[],"except":["M2AXtEbn9e)~"
     R"~(4LY84OAAAQ"],"flags":{}}})~"},
    {"streams/broadcast/private-room", "socket.io", "385117d089230b9c", "/", "3",
     R"~({"packet":{"type":2,"data":["priv","x"]},"opts":{"rooms":["MHH3-vC-N_2blMUVAAAR"],"exc)~"
     R"~(ept":[],"flags":{}}})~"},
    {"streams/broadcast/numeric-and-rich-types", "socket.io", "385117d089230b9c", "/", "3",
     R"~({"packet":{"type":2,"data":["rich",0,1,127,128,255,256,65535,65536,4294967295,42949672)~"
     R"~(96,9007199254740991,-1,-32,-33,-128,-129,-32768,-32769,-2147483648,-2147483649,0.5,-1.)~"
     R"~(25,1e+300,true,false,null,"","é€😀","xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx","yyyyyyyyyyyyyyyy)~"
     R"~(yyyyyyyyyyyyyyyy",[],{},{"1":2,"a":{"b":[1,{"c":"d"}]}}]},"opts":{"rooms":[],"except":)~"
     R"~([],"flags":{}}})~"},
    {"streams/broadcast/room/binary", "socket.io", "385117d089230b9c", "/", "3",
     R"~(gqZwYWNrZXSCpHR5cGUCpGRhdGGSo2JpbsQEAQID/6RvcHRzg6Vyb29tc5GicjGmZXhjZXB0kKVmbGFnc4A=)~"},
    {"streams/broadcast/all/binary-nested", "socket.io", "385117d089230b9c", "/", "3",
     R"~(gqZwYWNrZXSCpHR5cGUCpGRhdGGTo2JpboGhZoKhZMQBAKFuoXiRxAIKC6RvcHRzg6Vyb29tc5CmZXhjZXB0kK)~"
     R"~(VmbGFnc4A=)~"},
    {"streams/broadcast/all/binary-256", "socket.io", "385117d089230b9c", "/", "3",
     R"~(gqZwYWNrZXSCpHR5cGUCpGRhdGGSo2JpbsUBAAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fICEiIy)~"
     R"~(QlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj9AQUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVpbXF1eX2BhYmNk)~"
     R"~(ZWZnaGlqa2xtbm9wcXJzdHV2d3h5ent8fX5/gIGCg4SFhoeIiYqLjI2Oj5CRkpOUlZaXmJmam5ydnp+goaKjpK)~"
     R"~(Wmp6ipqqusra6vsLGys7S1tre4ubq7vL2+v8DBwsPExcbHyMnKy8zNzs/Q0dLT1NXW19jZ2tvc3d7f4OHi4+Tl)~"
     R"~(5ufo6err7O3u7/Dx8vP09fb3+Pn6+/z9/v+kb3B0c4Olcm9vbXOQpmV4Y2VwdJClZmxhZ3OA)~"},
    {"streams/broadcast/undefined-arg", "socket.io", "385117d089230b9c", "/", "3",
     R"~({"packet":{"type":2,"data":["u",null,{"z":1}]},"opts":{"rooms":[],"except":[],"flags":)~"
     R"~({}}})~"},
    {"streams/broadcast/date", "socket.io", "385117d089230b9c", "/", "3",
     R"~({"packet":{"type":2,"data":["d","2023-11-14T22:13:20.000Z","2023-11-14T22:13:20.123Z"])~"
     R"~(},"opts":{"rooms":[],"except":[],"flags":{}}})~"},
    {"streams/socketsJoin", "socket.io", "385117d089230b9c", "/", "4",
     R"~({"opts":{"rooms":["r1"],"except":[],"flags":{}},"rooms":["z1","z2"]})~"},
    {"streams/socketsLeave", "socket.io", "385117d089230b9c", "/", "5",
     R"~({"opts":{"rooms":["r1"],"except":[],"flags":{}},"rooms":["z2"]})~"},
    {"streams/socketsJoin/all-except", "socket.io", "385117d089230b9c", "/", "4",
     R"~({"opts":{"rooms":[],"except":["nobody"],"flags":{}},"rooms":["z3"]})~"},
    {"streams/disconnectSockets/keep-connection", "socket.io", "385117d089230b9c", "/", "6",
     R"~({"opts":{"rooms":["nobody"],"except":[],"flags":{}},"close":false})~"},
    {"streams/disconnectSockets/close", "socket.io", "385117d089230b9c", "/", "6",
     R"~({"opts":{"rooms":["nobody"],"except":[],"flags":{}},"close":true})~"},
    {"streams/xread-loop.1", "socket.io", "385117d089230b9c", "/", "3",
     R"~({"packet":{"type":2,"data":["hello"]},"opts":{"rooms":[],"except":[],"flags":{}}})~"},
    {"streams-csr/socket-emit", "socket.io", "a1a6247521ed86df", "/", "3",
     R"~({"packet":{"type":2,"data":["uni",1]},"opts":{"rooms":["E4P4s6gmzF0rDsTKAAAS"],"except)~"
     R"~(":[],"flags":{}}})~"},
    {"streams-csr/broadcast-from-other", "socket.io", "0c46d6db796df976", "/", "3",
     R"~({"packet":{"type":2,"data":["bc","x"]},"opts":{"rooms":[],"except":[],"flags":{}}})~"},
    {"streams-csr/missed.1", "socket.io", "0c46d6db796df976", "/", "3",
     R"~({"packet":{"type":2,"data":["missed","text"]},"opts":{"rooms":["r1"],"except":[],"flag)~"
     R"~(s":{}}})~"},
    {"streams-csr/missed.2", "socket.io", "0c46d6db796df976", "/", "3",
     R"~(gqZwYWNrZXSCpHR5cGUCpGRhdGGSqW1pc3NlZGJpbsQCAQKkb3B0c4Olcm9vbXOQpmV4Y2VwdJClZmxhZ3OA)~"},
    {"streams-csr/missed.3", "socket.io", "0c46d6db796df976", "/", "3",
     R"~({"packet":{"type":2,"data":["notforme"]},"opts":{"rooms":["r9"],"except":[],"flags":{})~"
     R"~(}})~"},
    {"streams-multi/nsp/", "st-3", "ba2b40b1742a760e", "/", "3",
     R"~({"packet":{"type":2,"data":["x"]},"opts":{"rooms":[],"except":[],"flags":{}}})~"},
    {"streams-multi/nsp/chat.1", "st-3", "cd8597864b43db85", "/chat", "3",
     R"~({"packet":{"type":2,"data":["x"]},"opts":{"rooms":[],"except":[],"flags":{}}})~"},
    {"streams-multi/nsp/admin.1", "st-0", "23721a5352adcd2b", "/admin", "3",
     R"~({"packet":{"type":2,"data":["x"]},"opts":{"rooms":[],"except":[],"flags":{}}})~"},
    {"streams-multi/nsp/foo.1", "st-3", "abcf6c706b2ad84e", "/foo", "3",
     R"~({"packet":{"type":2,"data":["x"]},"opts":{"rooms":[],"except":[],"flags":{}}})~"},
    {"streams-multi/nsp/negative-hash-namespace.1", "st-1", "af1ad5b9e69be6d5", "/negative-hash-namespace", "3",
     R"~({"packet":{"type":2,"data":["x"]},"opts":{"rooms":[],"except":[],"flags":{}}})~"},
    {"streams-emitter/broadcast/string", "socket.io", "emitter", "/", "3",
     R"~({"packet":{"type":2,"data":["hello","world"],"nsp":"/"},"opts":{"rooms":[],"flags":{},)~"
     R"~("except":[]}})~"},
    {"streams-emitter/broadcast/room/binary", "socket.io", "emitter", "/", "3",
     R"~(gqZwYWNrZXSDpHR5cGUCpGRhdGGSo2JpbsQEAQID/6Nuc3ChL6RvcHRzg6Vyb29tc5GicjGlZmxhZ3OApmV4Y2)~"
     R"~(VwdJA=)~"},
    {"streams-emitter/broadcast/namespace", "socket.io", "emitter", "/chat", "3",
     R"~({"packet":{"type":2,"data":["hi"],"nsp":"/chat"},"opts":{"rooms":[],"flags":{},"except)~"
     R"~(":[]}})~"},
    {"streams-emitter/socketsJoin", "socket.io", "emitter", "/", "4",
     R"~({"opts":{"rooms":["r1"],"except":[],"flags":{}},"rooms":["z"]})~"},
    {"streams-emitter/socketsLeave", "socket.io", "emitter", "/", "5",
     R"~({"opts":{"rooms":["r1"],"except":[],"flags":{}},"rooms":["z"]})~"},
    {"streams-emitter/disconnectSockets", "socket.io", "emitter", "/", "6",
     R"~({"opts":{"rooms":["nobody"],"except":[],"flags":{}},"close":true})~"},
    {"streams-emitter/serverSideEmit", "socket.io", "emitter", "/", "9",
     R"~({"packet":["sse","a",1]})~"},
};

inline constexpr cluster_vector packed_vectors[] = {
    {"streams/broadcast-ack/string.1",
     R"~(84a47479706503a46461746183a67061636b657482a47479706502a46461746192a171a6737472696e67a9)~"
     R"~(726571756573744964b063613630343637613966623565343666a46f70747383a5726f6f6d7391a27231a6)~"
     R"~(65786365707490a5666c61677381a774696d656f7574cd0320a3756964b033383531313764303839323330)~"
     R"~(623963a36e7370a12f)~"},
    {"streams/broadcast-ack/string.3",
     R"~(84a4747970650ba46461746182a9726571756573744964b063613630343637613966623565343666ab636c)~"
     R"~(69656e74436f756e7401a3756964b031333539363336393336306266623465a36e7370a12f)~"},
    {"streams/broadcast-ack/string.4",
     R"~(84a4747970650ca46461746182a9726571756573744964b063613630343637613966623565343666a67061)~"
     R"~(636b6574aa61636b2d66726f6d2d42a3756964b031333539363336393336306266623465a36e7370a12f)~"},
    {"streams/broadcast-ack/binary.1",
     R"~(84a47479706503a46461746183a67061636b657482a47479706502a46461746192a171c402deada9726571)~"
     R"~(756573744964b066386361326163303735306637323761a46f70747383a5726f6f6d7391a27231a6657863)~"
     R"~(65707490a5666c61677381a774696d656f7574cd0320a3756964b033383531313764303839323330623963)~"
     R"~(a36e7370a12f)~"},
    {"streams/broadcast-ack/binary.3",
     R"~(84a4747970650ba46461746182a9726571756573744964b066386361326163303735306637323761ab636c)~"
     R"~(69656e74436f756e7401a3756964b031333539363336393336306266623465a36e7370a12f)~"},
    {"streams/broadcast-ack/binary.4",
     R"~(84a4747970650ca46461746182a9726571756573744964b066386361326163303735306637323761a67061)~"
     R"~(636b6574c402beefa3756964b031333539363336393336306266623465a36e7370a12f)~"},
    {"streams/broadcast-ack/undefined.1",
     R"~(84a47479706503a46461746183a67061636b657482a47479706502a46461746191a27175a9726571756573)~"
     R"~(744964b036383138653933383436323435613730a46f70747383a5726f6f6d7391a27231a6657863657074)~"
     R"~(90a5666c61677381a774696d656f7574cd0320a3756964b033383531313764303839323330623963a36e73)~"
     R"~(70a12f)~"},
    {"streams/broadcast-ack/undefined.3",
     R"~(84a4747970650ba46461746182a9726571756573744964b036383138653933383436323435613730ab636c)~"
     R"~(69656e74436f756e7401a3756964b031333539363336393336306266623465a36e7370a12f)~"},
    {"streams/broadcast-ack/undefined.4",
     R"~(84a4747970650ca46461746182a9726571756573744964b036383138653933383436323435613730a67061)~"
     R"~(636b6574c0a3756964b031333539363336393336306266623465a36e7370a12f)~"},
    {"streams/broadcast-ack/remote-has-no-client.1",
     R"~(84a47479706503a46461746183a67061636b657482a47479706502a46461746192a171a178a97265717565)~"
     R"~(73744964b035623339383164646365376632303331a46f70747383a5726f6f6d7391a56f6e6c7941a66578)~"
     R"~(6365707490a5666c61677381a774696d656f7574cd0320a3756964b0333835313137643038393233306239)~"
     R"~(63a36e7370a12f)~"},
    {"streams/broadcast-ack/remote-has-no-client.3",
     R"~(84a4747970650ba46461746182a9726571756573744964b035623339383164646365376632303331ab636c)~"
     R"~(69656e74436f756e7400a3756964b031333539363336393336306266623465a36e7370a12f)~"},
    {"streams/fetchSockets.2",
     R"~(84a47479706507a46461746182a46f70747383a5726f6f6d7391a27231a665786365707490a5666c616773)~"
     R"~(80a9726571756573744964b036343364326561346331333233656330a3756964b033383531313764303839)~"
     R"~(323330623963a36e7370a12f)~"},
    {"streams/fetchSockets.3",
     R"~(84a47479706508a46461746182a9726571756573744964b036343364326561346331333233656330a7736f)~"
     R"~(636b6574739184a26964b44d4848332d76432d4e5f32626c4d555641414152a968616e647368616b6589a7)~"
     R"~(6865616465727386b57365632d776562736f636b65742d76657273696f6ea23133b17365632d776562736f)~"
     R"~(636b65742d6b6579b878467578362b33656b373632663552687336555261773d3daa636f6e6e656374696f)~"
     R"~(6ea755706772616465a775706772616465a9776562736f636b6574b87365632d776562736f636b65742d65)~"
     R"~(7874656e73696f6e73d92a7065726d6573736167652d6465666c6174653b20636c69656e745f6d61785f77)~"
     R"~(696e646f775f62697473a4686f7374af3132372e302e302e313a3337303337a474696d65d93e53756e204e)~"
     R"~(6f7620323220323032362030393a32343a303220474d542b303030302028436f6f7264696e617465642055)~"
     R"~(6e6976657273616c2054696d6529a761646472657373a93132372e302e302e31a778646f6d61696ec2a673)~"
     R"~(6563757265c2a6697373756564cf000001a20291d950a375726cd9252f736f636b65742e696f2f3f45494f)~"
     R"~(3d34267472616e73706f72743d776562736f636b6574a5717565727982a345494fa134a97472616e73706f)~"
     R"~(7274a9776562736f636b6574a46175746880a5726f6f6d7393b44d4848332d76432d4e5f32626c4d555641)~"
     R"~(414152a27231a27232a46461746180a3756964b031333539363336393336306266623465a36e7370a12f)~"},
    {"streams/fetchSockets/with-data.2",
     R"~(84a47479706507a46461746182a46f70747383a5726f6f6d7390a665786365707490a5666c61677380a972)~"
     R"~(6571756573744964b061643933366461646235616262366536a3756964b033383531313764303839323330)~"
     R"~(623963a36e7370a12f)~"},
    {"streams/fetchSockets/with-data.3",
     R"~(84a47479706508a46461746182a9726571756573744964b061643933366461646235616262366536a7736f)~"
     R"~(636b6574739184a26964b44d4848332d76432d4e5f32626c4d555641414152a968616e647368616b6589a7)~"
     R"~(6865616465727386b57365632d776562736f636b65742d76657273696f6ea23133b17365632d776562736f)~"
     R"~(636b65742d6b6579b878467578362b33656b373632663552687336555261773d3daa636f6e6e656374696f)~"
     R"~(6ea755706772616465a775706772616465a9776562736f636b6574b87365632d776562736f636b65742d65)~"
     R"~(7874656e73696f6e73d92a7065726d6573736167652d6465666c6174653b20636c69656e745f6d61785f77)~"
     R"~(696e646f775f62697473a4686f7374af3132372e302e302e313a3337303337a474696d65d93e53756e204e)~"
     R"~(6f7620323220323032362030393a32343a303220474d542b303030302028436f6f7264696e617465642055)~"
     R"~(6e6976657273616c2054696d6529a761646472657373a93132372e302e302e31a778646f6d61696ec2a673)~"
     R"~(6563757265c2a6697373756564cf000001a20291d950a375726cd9252f736f636b65742e696f2f3f45494f)~"
     R"~(3d34267472616e73706f72743d776562736f636b6574a5717565727982a345494fa134a97472616e73706f)~"
     R"~(7274a9776562736f636b6574a46175746880a5726f6f6d7393b44d4848332d76432d4e5f32626c4d555641)~"
     R"~(414152a27231a27232a46461746182a475736572a3626f62a16e07a3756964b03133353936333639333630)~"
     R"~(6266623465a36e7370a12f)~"},
    {"streams/fetchSockets/with-binary-data.2",
     R"~(84a47479706507a46461746182a46f70747383a5726f6f6d7390a665786365707490a5666c61677380a972)~"
     R"~(6571756573744964b033363733393239363630666236613130a3756964b033383531313764303839323330)~"
     R"~(623963a36e7370a12f)~"},
    {"streams/fetchSockets/with-binary-data.3",
     R"~(84a47479706508a46461746182a9726571756573744964b033363733393239363630666236613130a7736f)~"
     R"~(636b6574739184a26964b44d4848332d76432d4e5f32626c4d555641414152a968616e647368616b6589a7)~"
     R"~(6865616465727386b57365632d776562736f636b65742d76657273696f6ea23133b17365632d776562736f)~"
     R"~(636b65742d6b6579b878467578362b33656b373632663552687336555261773d3daa636f6e6e656374696f)~"
     R"~(6ea755706772616465a775706772616465a9776562736f636b6574b87365632d776562736f636b65742d65)~"
     R"~(7874656e73696f6e73d92a7065726d6573736167652d6465666c6174653b20636c69656e745f6d61785f77)~"
     R"~(696e646f775f62697473a4686f7374af3132372e302e302e313a3337303337a474696d65d93e53756e204e)~"
     R"~(6f7620323220323032362030393a32343a303220474d542b303030302028436f6f7264696e617465642055)~"
     R"~(6e6976657273616c2054696d6529a761646472657373a93132372e302e302e31a778646f6d61696ec2a673)~"
     R"~(6563757265c2a6697373756564cf000001a20291d950a375726cd9252f736f636b65742e696f2f3f45494f)~"
     R"~(3d34267472616e73706f72743d776562736f636b6574a5717565727982a345494fa134a97472616e73706f)~"
     R"~(7274a9776562736f636b6574a46175746880a5726f6f6d7393b44d4848332d76432d4e5f32626c4d555641)~"
     R"~(414152a27231a27232a46461746181a4626c6f62c402cafea3756964b03133353936333639333630626662)~"
     R"~(3465a36e7370a12f)~"},
    {"streams/serverSideEmit/string",
     R"~(84a47479706509a46461746181a67061636b657494a3737365a1610181a162c3a3756964b0333835313137)~"
     R"~(64303839323330623963a36e7370a12f)~"},
    {"streams/serverSideEmit/binary",
     R"~(84a47479706509a46461746181a67061636b657492a3737365c4020102a3756964b0333835313137643038)~"
     R"~(39323330623963a36e7370a12f)~"},
    {"streams/serverSideEmit/ack-string.2",
     R"~(84a47479706509a46461746182a9726571756573744964b034633635613864643730633761623339a67061)~"
     R"~(636b657492a673736561636ba171a3756964b033383531313764303839323330623963a36e7370a12f)~"},
    {"streams/serverSideEmit/ack-string.3",
     R"~(84a4747970650aa46461746182a9726571756573744964b034633635613864643730633761623339a67061)~"
     R"~(636b6574a4706f6e67a3756964b031333539363336393336306266623465a36e7370a12f)~"},
    {"streams/serverSideEmit/ack-binary.2",
     R"~(84a47479706509a46461746182a9726571756573744964b034383939306664636232386365346133a67061)~"
     R"~(636b657492a973736561636b62696ea171a3756964b033383531313764303839323330623963a36e7370a1)~"
     R"~(2f)~"},
    {"streams/serverSideEmit/ack-binary.3",
     R"~(84a4747970650aa46461746182a9726571756573744964b034383939306664636232386365346133a67061)~"
     R"~(636b6574c4020304a3756964b031333539363336393336306266623465a36e7370a12f)~"},
    {"streams/serverSideEmit/ack-undefined.2",
     R"~(84a47479706509a46461746182a9726571756573744964b064633832343564663334373032623737a67061)~"
     R"~(636b657491ab73736561636b756e646566a3756964b033383531313764303839323330623963a36e7370a1)~"
     R"~(2f)~"},
    {"streams/serverSideEmit/ack-undefined.3",
     R"~(84a4747970650aa46461746182a9726571756573744964b064633832343564663334373032623737a67061)~"
     R"~(636b6574c0a3756964b031333539363336393336306266623465a36e7370a12f)~"},
    {"streams-multi/sse",
     R"~(84a47479706509a46461746181a67061636b657492a373736501a3756964b0626132623430623137343261)~"
     R"~(37363065a36e7370a12f)~"},
};
// clang-format on

}  // namespace socketio::test
