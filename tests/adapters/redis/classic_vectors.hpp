// What the official classic Redis adapter (8.3.0 and 7.2.0) and emitter (5.1.0) have published,
// byte for byte; MessagePack as hexadecimal digits.
#pragma once

namespace socketio::test {

struct classic_vector {
  const char* name;
  const char* channel;
  const char* text;
};

// clang-format off
inline constexpr classic_vector classic_vectors[] = {
    {"classic/broadcast/all/string", "socket.io#/#",
     R"~(93a6344c784a422d83a47479706502a46461746192a568656c6c6fa5776f726c64a36e7370a12f83a572)~"
     R"~(6f6f6d7390a665786365707490a5666c61677380)~"},
    {"classic/broadcast/room/string", "socket.io#/#r1#",
     R"~(93a6344c784a422d83a47479706502a46461746192a568656c6c6fa5776f726c64a36e7370a12f83a572)~"
     R"~(6f6f6d7391a27231a665786365707490a5666c61677380)~"},
    {"classic/broadcast/rooms-except-flags", "socket.io#/#",
     R"~(93a6344c784a422d83a47479706502a46461746192a56d756c746901a36e7370a12f83a5726f6f6d7392)~"
     R"~(a27231a27232a665786365707491a27831a5666c61677382a8766f6c6174696c65c3a8636f6d70726573)~"
     R"~(73c2)~"},
    {"classic/broadcast/socket-broadcast", "socket.io#/#",
     R"~(93a6344c784a422d83a47479706502a46461746192a866726f6d736f636ba26869a36e7370a12f83a572)~"
     R"~(6f6f6d7390a665786365707491b44f3937466f75367a417064324b39653241414141a5666c61677380)~"},
    {"classic/broadcast/private-room", "socket.io#/#_Xq0QoZtJAtqHjH2AAAB#",
     R"~(93a6344c784a422d83a47479706502a46461746192a470726976a178a36e7370a12f83a5726f6f6d7391)~"
     R"~(b45f587130516f5a744a417471486a483241414142a665786365707490a5666c61677380)~"},
    {"classic/broadcast/numeric-and-rich-types", "socket.io#/#",
     R"~(93a6344c784a422d83a47479706502a464617461dc0022a47269636800017fcc80ccffcd0100cdffffce)~"
     R"~(00010000ceffffffffcf0000000100000000cf001fffffffffffffffe0d0dfd080d1ff7fd18000d2ffff)~"
     R"~(7fffd280000000d3ffffffff7fffffffcb3fe0000000000000cbbff4000000000000cf00000000000000)~"
     R"~(00c3c2c0a0a9c3a9e282acf09f9880bf7878787878787878787878787878787878787878787878787878)~"
     R"~(7878787878d9207979797979797979797979797979797979797979797979797979797979797979908082)~"
     R"~(a13102a16181a162920181a163a164a36e7370a12f83a5726f6f6d7390a665786365707490a5666c6167)~"
     R"~(7380)~"},
    {"classic/broadcast/room/binary", "socket.io#/#r1#",
     R"~(93a6344c784a422d83a47479706502a46461746192a362696ec404010203ffa36e7370a12f83a5726f6f)~"
     R"~(6d7391a27231a665786365707490a5666c61677380)~"},
    {"classic/broadcast/all/binary-nested", "socket.io#/#",
     R"~(93a6344c784a422d83a47479706502a46461746193a362696e81a16682a164c40100a16ea17891c4020a)~"
     R"~(0ba36e7370a12f83a5726f6f6d7390a665786365707490a5666c61677380)~"},
    {"classic/broadcast/all/binary-256", "socket.io#/#",
     R"~(93a6344c784a422d83a47479706502a46461746192a362696ec50100000102030405060708090a0b0c0d)~"
     R"~(0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334353637)~"
     R"~(38393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f6061)~"
     R"~(62636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b)~"
     R"~(8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5)~"
     R"~(b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedf)~"
     R"~(e0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeffa36e7370a12f83a5726f)~"
     R"~(6f6d7390a665786365707490a5666c61677380)~"},
    {"classic/broadcast/undefined-arg", "socket.io#/#",
     R"~(93a6344c784a422d83a47479706502a46461746193a175c081a17a01a36e7370a12f83a5726f6f6d7390)~"
     R"~(a665786365707490a5666c61677380)~"},
    {"classic/broadcast-ack/string.1", "socket.io-request#/#",
     R"~(85a3756964a6344c784a422da9726571756573744964a6733655534376a47479706507a67061636b6574)~"
     R"~(83a47479706502a46461746192a171a6737472696e67a36e7370a12fa46f70747383a5726f6f6d7391a2)~"
     R"~(7231a665786365707490a5666c61677381a774696d656f7574cd0320)~"},
    {"classic/broadcast-ack/string.3", "socket.io-response#/#",
     R"~({"type":8,"requestId":"s6USCv","clientCount":1})~"},
    {"classic/broadcast-ack/string.4", "socket.io-response#/#",
     R"~(83a47479706509a9726571756573744964a6733655534376a67061636b6574aa61636b2d66726f6d2d42)~"},
    {"classic/broadcast-ack/binary.1", "socket.io-request#/#",
     R"~(85a3756964a6344c784a422da9726571756573744964a673725a525363a47479706507a67061636b6574)~"
     R"~(83a47479706502a46461746192a171c402deada36e7370a12fa46f70747383a5726f6f6d7391a27231a6)~"
     R"~(65786365707490a5666c61677381a774696d656f7574cd0320)~"},
    {"classic/broadcast-ack/binary.3", "socket.io-response#/#",
     R"~({"type":8,"requestId":"srZRSc","clientCount":1})~"},
    {"classic/broadcast-ack/binary.4", "socket.io-response#/#",
     R"~(83a47479706509a9726571756573744964a673725a525363a67061636b6574c402beef)~"},
    {"classic/broadcast-ack/undefined.1", "socket.io-request#/#",
     R"~(85a3756964a6344c784a422da9726571756573744964a639317a556d61a47479706507a67061636b6574)~"
     R"~(83a47479706502a46461746191a27175a36e7370a12fa46f70747383a5726f6f6d7391a27231a6657863)~"
     R"~(65707490a5666c61677381a774696d656f7574cd0320)~"},
    {"classic/broadcast-ack/undefined.3", "socket.io-response#/#",
     R"~({"type":8,"requestId":"91zUma","clientCount":1})~"},
    {"classic/broadcast-ack/undefined.4", "socket.io-response#/#",
     R"~(82a47479706509a9726571756573744964a639317a556d61)~"},
    {"classic/broadcast-ack/remote-has-no-client.1", "socket.io-request#/#",
     R"~(85a3756964a6344c784a422da9726571756573744964a6465637505044a47479706507a67061636b6574)~"
     R"~(83a47479706502a46461746192a171a178a36e7370a12fa46f70747383a5726f6f6d7391a56f6e6c7941)~"
     R"~(a665786365707490a5666c61677381a774696d656f7574cd0320)~"},
    {"classic/broadcast-ack/remote-has-no-client.3", "socket.io-response#/#",
     R"~({"type":8,"requestId":"FV7PPD","clientCount":0})~"},
    {"classic/fetchSockets.2", "socket.io-request#/#",
     R"~({"uid":"4LxJB-","requestId":"VEoNeH","type":5,"opts":{"rooms":["r1"],"except":[]}})~"},
    {"classic/fetchSockets.3", "socket.io-response#/#",
     R"~({"requestId":"VEoNeH","sockets":[{"id":"_Xq0QoZtJAtqHjH2AAAB","handshake":{"headers")~"
     R"~(:{"sec-websocket-version":"13","sec-websocket-key":"lG2c83Q1ruWqc5KKz9f4lA==","conne)~"
     R"~(ction":"Upgrade","upgrade":"websocket","sec-websocket-extensions":"permessage-deflat)~"
     R"~(e; client_max_window_bits","host":"127.0.0.1:45163"},"time":"Sun Nov 22 2026 09:23:4)~"
     R"~(4 GMT+0000 (Coordinated Universal Time)","address":"127.0.0.1","xdomain":false,"secu)~"
     R"~(re":false,"issued":1795339424881,"url":"/socket.io/?EIO=4&transport=websocket","quer)~"
     R"~(y":{"EIO":"4","transport":"websocket"},"auth":{}},"rooms":["_Xq0QoZtJAtqHjH2AAAB","r)~"
     R"~(1","r2"],"data":{}}]})~"},
    {"classic/fetchSockets/with-data.2", "socket.io-request#/#",
     R"~({"uid":"4LxJB-","requestId":"rC_Xzk","type":5,"opts":{"rooms":[],"except":[]}})~"},
    {"classic/fetchSockets/with-data.3", "socket.io-response#/#",
     R"~({"requestId":"rC_Xzk","sockets":[{"id":"_Xq0QoZtJAtqHjH2AAAB","handshake":{"headers")~"
     R"~(:{"sec-websocket-version":"13","sec-websocket-key":"lG2c83Q1ruWqc5KKz9f4lA==","conne)~"
     R"~(ction":"Upgrade","upgrade":"websocket","sec-websocket-extensions":"permessage-deflat)~"
     R"~(e; client_max_window_bits","host":"127.0.0.1:45163"},"time":"Sun Nov 22 2026 09:23:4)~"
     R"~(4 GMT+0000 (Coordinated Universal Time)","address":"127.0.0.1","xdomain":false,"secu)~"
     R"~(re":false,"issued":1795339424881,"url":"/socket.io/?EIO=4&transport=websocket","quer)~"
     R"~(y":{"EIO":"4","transport":"websocket"},"auth":{}},"rooms":["_Xq0QoZtJAtqHjH2AAAB","r)~"
     R"~(1","r2"],"data":{"user":"bob","n":7}}]})~"},
    {"classic/fetchSockets/with-binary-data.2", "socket.io-request#/#",
     R"~({"uid":"4LxJB-","requestId":"IRoG-1","type":5,"opts":{"rooms":[],"except":[]}})~"},
    {"classic/fetchSockets/with-binary-data.3", "socket.io-response#/#",
     R"~({"requestId":"IRoG-1","sockets":[{"id":"_Xq0QoZtJAtqHjH2AAAB","handshake":{"headers")~"
     R"~(:{"sec-websocket-version":"13","sec-websocket-key":"lG2c83Q1ruWqc5KKz9f4lA==","conne)~"
     R"~(ction":"Upgrade","upgrade":"websocket","sec-websocket-extensions":"permessage-deflat)~"
     R"~(e; client_max_window_bits","host":"127.0.0.1:45163"},"time":"Sun Nov 22 2026 09:23:4)~"
     R"~(4 GMT+0000 (Coordinated Universal Time)","address":"127.0.0.1","xdomain":false,"secu)~"
     R"~(re":false,"issued":1795339424881,"url":"/socket.io/?EIO=4&transport=websocket","quer)~"
     R"~(y":{"EIO":"4","transport":"websocket"},"auth":{}},"rooms":["_Xq0QoZtJAtqHjH2AAAB","r)~"
     R"~(1","r2"],"data":{"blob":{"type":"Buffer","data":[202,254]}}}]})~"},
    {"classic/allRooms.2", "socket.io-request#/#",
     R"~({"uid":"4LxJB-","requestId":"g364nA","type":1})~"},
    {"classic/allRooms.3", "socket.io-response#/#",
     R"~({"requestId":"g364nA","rooms":["_Xq0QoZtJAtqHjH2AAAB","r1","r2"]})~"},
    {"classic/socketsJoin", "socket.io-request#/#",
     R"~({"uid":"4LxJB-","type":2,"opts":{"rooms":["r1"],"except":[]},"rooms":["z1","z2"]})~"},
    {"classic/socketsLeave", "socket.io-request#/#",
     R"~({"uid":"4LxJB-","type":3,"opts":{"rooms":["r1"],"except":[]},"rooms":["z2"]})~"},
    {"classic/socketsJoin/all-except", "socket.io-request#/#",
     R"~({"uid":"4LxJB-","type":2,"opts":{"rooms":[],"except":["nobody"]},"rooms":["z3"]})~"},
    {"classic/disconnectSockets/keep-connection", "socket.io-request#/#",
     R"~({"uid":"4LxJB-","type":4,"opts":{"rooms":["nobody"],"except":[]},"close":false})~"},
    {"classic/disconnectSockets/close", "socket.io-request#/#",
     R"~({"uid":"4LxJB-","type":4,"opts":{"rooms":["nobody"],"except":[]},"close":true})~"},
    {"classic/serverSideEmit/string", "socket.io-request#/#",
     R"~({"uid":"4LxJB-","type":6,"data":["sse","a",1,{"b":true}]})~"},
    {"classic/serverSideEmit/binary", "socket.io-request#/#",
     R"~({"uid":"4LxJB-","type":6,"data":["sse",{"type":"Buffer","data":[1,2]}]})~"},
    {"classic/serverSideEmit/ack-string.2", "socket.io-request#/#",
     R"~({"uid":"4LxJB-","requestId":"XgK2uo","type":6,"data":["sseack","q"]})~"},
    {"classic/serverSideEmit/ack-string.3", "socket.io-response#/#",
     R"~({"type":6,"requestId":"XgK2uo","data":"pong"})~"},
    {"classic/serverSideEmit/ack-binary.2", "socket.io-request#/#",
     R"~({"uid":"4LxJB-","requestId":"nNfUI4","type":6,"data":["sseackbin","q"]})~"},
    {"classic/serverSideEmit/ack-binary.3", "socket.io-response#/#",
     R"~({"type":6,"requestId":"nNfUI4","data":{"type":"Buffer","data":[3,4]}})~"},
    {"classic/serverSideEmit/ack-undefined.2", "socket.io-request#/#",
     R"~({"uid":"4LxJB-","requestId":"rKbkck","type":6,"data":["sseackundef"]})~"},
    {"classic/serverSideEmit/ack-undefined.3", "socket.io-response#/#",
     R"~({"type":6,"requestId":"rKbkck"})~"},
    {"classic/namespace/broadcast", "socket.io#/chat#",
     R"~(93a642615a67366a83a47479706502a46461746191a26869a36e7370a52f6368617483a5726f6f6d7390)~"
     R"~(a665786365707490a5666c61677380)~"},
    {"classic/namespace/room", "socket.io#/chat#lobby#",
     R"~(93a642615a67366a83a47479706502a46461746191a26869a36e7370a52f6368617483a5726f6f6d7391)~"
     R"~(a56c6f626279a665786365707490a5666c61677380)~"},
    {"classic/room-with-hash-and-unicode", "socket.io#/#a#b é#",
     R"~(93a6344c784a422d83a47479706502a46461746191a26869a36e7370a12f83a5726f6f6d7391a6612362)~"
     R"~(20c3a9a665786365707490a5666c61677380)~"},
    {"classic/remotesocket/emit", "socket.io#/#_Xq0QoZtJAtqHjH2AAAB#",
     R"~(93a6344c784a422d83a47479706502a46461746192a2686901a36e7370a12f83a5726f6f6d7391b45f58)~"
     R"~(7130516f5a744a417471486a483241414142a665786365707490a5666c61677381b46578706563745369)~"
     R"~(6e676c65526573706f6e7365c3)~"},
    {"classic/remotesocket/emit-ack.1", "socket.io-request#/#",
     R"~(85a3756964a6344c784a422da9726571756573744964a66a574f6a6672a47479706507a67061636b6574)~"
     R"~(83a47479706502a46461746192a171a6737472696e67a36e7370a12fa46f70747383a5726f6f6d7391b4)~"
     R"~(5f587130516f5a744a417471486a483241414142a665786365707490a5666c61677382b4657870656374)~"
     R"~(53696e676c65526573706f6e7365c3a774696d656f7574cd0320)~"},
    {"classic/remotesocket/emit-ack.3", "socket.io-response#/#",
     R"~({"type":8,"requestId":"jWOjfr","clientCount":1})~"},
    {"classic/remotesocket/emit-ack.4", "socket.io-response#/#",
     R"~(83a47479706509a9726571756573744964a66a574f6a6672a67061636b6574aa61636b2d66726f6d2d42)~"},
    {"classic/remotesocket/join", "socket.io-request#/#",
     R"~({"uid":"4LxJB-","type":2,"opts":{"rooms":["_Xq0QoZtJAtqHjH2AAAB"],"except":[]},"room)~"
     R"~(s":["zz"]})~"},
    {"classic/remotesocket/leave", "socket.io-request#/#",
     R"~({"uid":"4LxJB-","type":3,"opts":{"rooms":["_Xq0QoZtJAtqHjH2AAAB"],"except":[]},"room)~"
     R"~(s":["zz"]})~"},
    {"classic/remotesocket/disconnect", "socket.io-request#/#",
     R"~({"uid":"4LxJB-","type":4,"opts":{"rooms":["_Xq0QoZtJAtqHjH2AAAB"],"except":[]},"clos)~"
     R"~(e":true})~"},
    {"classic-specific/broadcast/all", "myapp#/#",
     R"~(93a645465a4a705f83a47479706502a46461746191a568656c6c6fa36e7370a12f83a5726f6f6d7390a6)~"
     R"~(65786365707490a5666c61677380)~"},
    {"classic-specific/broadcast-ack.1", "myapp-request#/#",
     R"~(85a3756964a645465a4a705fa9726571756573744964a65847395a7238a47479706507a67061636b6574)~"
     R"~(83a47479706502a46461746192a171a6737472696e67a36e7370a12fa46f70747383a5726f6f6d7390a6)~"
     R"~(65786365707490a5666c61677381a774696d656f7574cd0320)~"},
    {"classic-specific/broadcast-ack.3", "myapp-response#/#EFZJp_#",
     R"~({"type":8,"requestId":"XG9Zr8","clientCount":1})~"},
    {"classic-specific/broadcast-ack.4", "myapp-response#/#EFZJp_#",
     R"~(83a47479706509a9726571756573744964a65847395a7238a67061636b6574aa61636b2d66726f6d2d42)~"},
    {"classic-specific/fetchSockets.2", "myapp-request#/#",
     R"~({"uid":"EFZJp_","requestId":"mzoQHf","type":5,"opts":{"rooms":[],"except":[]}})~"},
    {"classic-specific/fetchSockets.3", "myapp-response#/#EFZJp_#",
     R"~({"requestId":"mzoQHf","sockets":[{"id":"IMILr1kl3Y93onEJAAAD","handshake":{"headers")~"
     R"~(:{"sec-websocket-version":"13","sec-websocket-key":"zfS/95pw+0WkEpb6Glnu3Q==","conne)~"
     R"~(ction":"Upgrade","upgrade":"websocket","sec-websocket-extensions":"permessage-deflat)~"
     R"~(e; client_max_window_bits","host":"127.0.0.1:46377"},"time":"Sun Nov 22 2026 09:23:5)~"
     R"~(0 GMT+0000 (Coordinated Universal Time)","address":"127.0.0.1","xdomain":false,"secu)~"
     R"~(re":false,"issued":1795339430891,"url":"/socket.io/?EIO=4&transport=websocket","quer)~"
     R"~(y":{"EIO":"4","transport":"websocket"},"auth":{}},"rooms":["IMILr1kl3Y93onEJAAAD","r)~"
     R"~(1","r2"],"data":{}}]})~"},
    {"classic-specific/serverSideEmit-ack.2", "myapp-request#/#",
     R"~({"uid":"EFZJp_","requestId":"ObNRl4","type":6,"data":["sseack","q"]})~"},
    {"classic-specific/serverSideEmit-ack.3", "myapp-response#/#",
     R"~({"type":6,"requestId":"ObNRl4","data":"pong"})~"},
    {"classic-csr/socket-emit", "socket.io#/#LEv1G6PDY1Dmm2lXAAAE#",
     R"~(93a6636a6241753183a47479706502a46461746192a17801a36e7370a12f83a5726f6f6d7391b44c4576)~"
     R"~(31473650445931446d6d326c5841414145a665786365707490a5666c61677380)~"},
    {"classic-7.2/allSockets.2", "socket.io-request#/#",
     R"~({"uid":"YxK4vQ","requestId":"9kWDvV","type":0,"rooms":[]})~"},
    {"classic-7.2/allSockets.3", "socket.io-response#/#",
     R"~({"requestId":"9kWDvV","sockets":["2snx6lsZnFslU4OfAAAJ"]})~"},
    {"classic-7.2/remoteJoin.1", "socket.io-request#/#",
     R"~({"uid":"YxK4vQ","requestId":"J1Da2O","type":2,"sid":"2snx6lsZnFslU4OfAAAJ","room":"z)~"
     R"~("})~"},
    {"classic-7.2/remoteJoin.2", "socket.io-response#/#",
     R"~({"requestId":"J1Da2O"})~"},
    {"classic-7.2/remoteLeave.1", "socket.io-request#/#",
     R"~({"uid":"YxK4vQ","requestId":"hqlQGX","type":3,"sid":"2snx6lsZnFslU4OfAAAJ","room":"z)~"
     R"~("})~"},
    {"classic-7.2/remoteLeave.2", "socket.io-response#/#",
     R"~({"requestId":"hqlQGX"})~"},
    {"classic-7.2/remoteDisconnect.1", "socket.io-request#/#",
     R"~({"uid":"YxK4vQ","requestId":"DB1xuD","type":4,"sid":"2snx6lsZnFslU4OfAAAJ","close":t)~"
     R"~(rue})~"},
    {"classic-7.2/remoteDisconnect.2", "socket.io-response#/#",
     R"~({"requestId":"DB1xuD"})~"},
    {"emitter/broadcast/all/string", "socket.io#/#",
     R"~(93a7656d697474657283a47479706502a46461746192a568656c6c6fa5776f726c64a36e7370a12f83a5)~"
     R"~(726f6f6d7390a5666c61677380a665786365707490)~"},
    {"emitter/broadcast/room/binary", "socket.io#/#r1#",
     R"~(93a7656d697474657283a47479706502a46461746192a362696ec404010203ffa36e7370a12f83a5726f)~"
     R"~(6f6d7391a27231a5666c61677380a665786365707490)~"},
    {"emitter/broadcast/rooms-except-flags", "socket.io#/#",
     R"~(93a7656d697474657283a47479706502a46461746192a56d756c746901a36e7370a12f83a5726f6f6d73)~"
     R"~(92a27231a27232a5666c61677382a8766f6c6174696c65c3a8636f6d7072657373c2a665786365707491)~"
     R"~(a27831)~"},
    {"emitter/broadcast/namespace", "socket.io#/chat#lobby#",
     R"~(93a7656d697474657283a47479706502a46461746191a26869a36e7370a52f6368617483a5726f6f6d73)~"
     R"~(91a56c6f626279a5666c61677380a665786365707490)~"},
    {"emitter/socketsJoin", "socket.io-request#/#",
     R"~({"type":2,"opts":{"rooms":["r1"],"except":[]},"rooms":["z1","z2"]})~"},
    {"emitter/socketsLeave", "socket.io-request#/#",
     R"~({"type":3,"opts":{"rooms":["r1"],"except":[]},"rooms":["z2"]})~"},
    {"emitter/disconnectSockets", "socket.io-request#/#",
     R"~({"type":4,"opts":{"rooms":["r1"],"except":[]},"close":true})~"},
    {"emitter/serverSideEmit", "socket.io-request#/#",
     R"~({"uid":"emitter","type":6,"data":["sse","a",1]})~"},
};
// clang-format on

}  // namespace socketio::test
