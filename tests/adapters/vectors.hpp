// What the official sharded Redis adapter (8.3.0, with socket.io-adapter 2.5.8) has published, byte
// for byte; MessagePack as hexadecimal digits.
#pragma once

namespace socketio::test {

struct cluster_vector {
  const char* name;
  const char* text;
};

// clang-format off
inline constexpr cluster_vector cluster_vectors[] = {
    {"broadcast/all/string",
     R"~({"type":3,"data":{"packet":{"type":2,"data":["hello","world"]},"opts":{"rooms":[],"e)~"
     R"~(xcept":[],"flags":{}}},"uid":"157170ff43c2f87e","nsp":"/"})~"},
    {"broadcast/room/string",
     R"~({"type":3,"data":{"packet":{"type":2,"data":["hello","world"]},"opts":{"rooms":["r1")~"
     R"~(],"except":[],"flags":{}}},"uid":"157170ff43c2f87e","nsp":"/"})~"},
    {"broadcast/rooms-except-flags",
     R"~({"type":3,"data":{"packet":{"type":2,"data":["multi",1]},"opts":{"rooms":["r1","r2"])~"
     R"~(,"except":["x1"],"flags":{"volatile":true,"compress":false}}},"uid":"157170ff43c2f87)~"
     R"~(e","nsp":"/"})~"},
    {"broadcast/socket-broadcast",
     R"~({"type":3,"data":{"packet":{"type":2,"data":["fromsock","hi"]},"opts":{"rooms":[],"e)~"
     R"~(xcept":["eKE6zzKd-r2PWbFiAAAK"],"flags":{}}},"uid":"157170ff43c2f87e","nsp":"/"})~"},
    {"broadcast/private-room",
     R"~({"type":3,"data":{"packet":{"type":2,"data":["priv","x"]},"opts":{"rooms":["NykeIJX6)~"
     R"~(UwfIsMTyAAAL"],"except":[],"flags":{}}},"uid":"157170ff43c2f87e","nsp":"/"})~"},
    {"broadcast/numeric-and-rich-types",
     R"~({"type":3,"data":{"packet":{"type":2,"data":["rich",0,1,127,128,255,256,65535,65536,)~"
     R"~(4294967295,4294967296,9007199254740991,-1,-32,-33,-128,-129,-32768,-32769,-214748364)~"
     R"~(8,-2147483649,0.5,-1.25,1e+300,true,false,null,"","é€😀","xxxxxxxxxxxxxxxxxxxxxxxxxxx)~"
     R"~(xxxx","yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy",[],{},{"1":2,"a":{"b":[1,{"c":"d"}]}}]},"op)~"
     R"~(ts":{"rooms":[],"except":[],"flags":{}}},"uid":"157170ff43c2f87e","nsp":"/"})~"},
    {"broadcast/room/binary",
     R"~(84a47479706503a46461746182a67061636b657482a47479706502a46461746192a362696ec404010203)~"
     R"~(ffa46f70747383a5726f6f6d7391a27231a665786365707490a5666c61677380a3756964b03135373137)~"
     R"~(3066663433633266383765a36e7370a12f)~"},
    {"broadcast/all/binary-nested",
     R"~(84a47479706503a46461746182a67061636b657482a47479706502a46461746193a362696e81a16682a1)~"
     R"~(64c40100a16ea17891c4020a0ba46f70747383a5726f6f6d7390a665786365707490a5666c61677380a3)~"
     R"~(756964b031353731373066663433633266383765a36e7370a12f)~"},
    {"broadcast/all/binary-256",
     R"~(84a47479706503a46461746182a67061636b657482a47479706502a46461746192a362696ec501000001)~"
     R"~(02030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b)~"
     R"~(2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f505152535455)~"
     R"~(565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f)~"
     R"~(808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9)~"
     R"~(aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3)~"
     R"~(d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfd)~"
     R"~(feffa46f70747383a5726f6f6d7390a665786365707490a5666c61677380a3756964b031353731373066)~"
     R"~(663433633266383765a36e7370a12f)~"},
    {"broadcast/undefined-arg",
     R"~({"type":3,"data":{"packet":{"type":2,"data":["u",null,{"z":1}]},"opts":{"rooms":[],")~"
     R"~(except":[],"flags":{}}},"uid":"157170ff43c2f87e","nsp":"/"})~"},
    {"broadcast/date",
     R"~({"type":3,"data":{"packet":{"type":2,"data":["d","2023-11-14T22:13:20.000Z","2023-11)~"
     R"~(-14T22:13:20.123Z"]},"opts":{"rooms":[],"except":[],"flags":{}}},"uid":"157170ff43c2)~"
     R"~(f87e","nsp":"/"})~"},
    {"broadcast-ack/string.1",
     R"~({"type":3,"data":{"packet":{"type":2,"data":["q","string"]},"requestId":"4497924bc22)~"
     R"~(03836","opts":{"rooms":["r1"],"except":[],"flags":{"timeout":800}}},"uid":"157170ff4)~"
     R"~(3c2f87e","nsp":"/"})~"},
    {"broadcast-ack/string.3",
     R"~({"type":11,"data":{"requestId":"4497924bc2203836","clientCount":1},"uid":"f0c92cf600)~"
     R"~(1b2ada","nsp":"/"})~"},
    {"broadcast-ack/string.4",
     R"~({"type":12,"data":{"requestId":"4497924bc2203836","packet":"ack-from-B"},"uid":"f0c9)~"
     R"~(2cf6001b2ada","nsp":"/"})~"},
    {"broadcast-ack/binary.1",
     R"~(84a47479706503a46461746183a67061636b657482a47479706502a46461746192a171c402deada97265)~"
     R"~(71756573744964b061313039666632323538643733633764a46f70747383a5726f6f6d7391a27231a665)~"
     R"~(786365707490a5666c61677381a774696d656f7574cd0320a3756964b031353731373066663433633266)~"
     R"~(383765a36e7370a12f)~"},
    {"broadcast-ack/binary.3",
     R"~({"type":11,"data":{"requestId":"a109ff2258d73c7d","clientCount":1},"uid":"f0c92cf600)~"
     R"~(1b2ada","nsp":"/"})~"},
    {"broadcast-ack/binary.4",
     R"~(84a4747970650ca46461746182a9726571756573744964b061313039666632323538643733633764a670)~"
     R"~(61636b6574c402beefa3756964b066306339326366363030316232616461a36e7370a12f)~"},
    {"broadcast-ack/undefined.1",
     R"~({"type":3,"data":{"packet":{"type":2,"data":["qu"]},"requestId":"8d3feded4c972484",")~"
     R"~(opts":{"rooms":["r1"],"except":[],"flags":{"timeout":800}}},"uid":"157170ff43c2f87e")~"
     R"~(,"nsp":"/"})~"},
    {"broadcast-ack/undefined.3",
     R"~({"type":11,"data":{"requestId":"8d3feded4c972484","clientCount":1},"uid":"f0c92cf600)~"
     R"~(1b2ada","nsp":"/"})~"},
    {"broadcast-ack/undefined.4",
     R"~({"type":12,"data":{"requestId":"8d3feded4c972484"},"uid":"f0c92cf6001b2ada","nsp":"/)~"
     R"~("})~"},
    {"broadcast-ack/remote-has-no-client.1",
     R"~({"type":3,"data":{"packet":{"type":2,"data":["q","x"]},"requestId":"41664b5abd838f6a)~"
     R"~(","opts":{"rooms":["onlyA"],"except":[],"flags":{"timeout":800}}},"uid":"157170ff43c)~"
     R"~(2f87e","nsp":"/"})~"},
    {"broadcast-ack/remote-has-no-client.3",
     R"~({"type":11,"data":{"requestId":"41664b5abd838f6a","clientCount":0},"uid":"f0c92cf600)~"
     R"~(1b2ada","nsp":"/"})~"},
    {"fetchSockets.2",
     R"~({"type":7,"data":{"opts":{"rooms":["r1"],"except":[],"flags":{}},"requestId":"0e5c08)~"
     R"~(1ae792b3b8"},"uid":"157170ff43c2f87e","nsp":"/"})~"},
    {"fetchSockets.3",
     R"~({"type":8,"data":{"requestId":"0e5c081ae792b3b8","sockets":[{"id":"NykeIJX6UwfIsMTyA)~"
     R"~(AAL","handshake":{"headers":{"sec-websocket-version":"13","sec-websocket-key":"Dgt+N)~"
     R"~(QxLIhODCRCPryLvGg==","connection":"Upgrade","upgrade":"websocket","sec-websocket-ext)~"
     R"~(ensions":"permessage-deflate; client_max_window_bits","host":"127.0.0.1:41221"},"tim)~"
     R"~(e":"Sun Nov 22 2026 09:23:54 GMT+0000 (Coordinated Universal Time)","address":"127.0)~"
     R"~(.0.1","xdomain":false,"secure":false,"issued":1795339434518,"url":"/socket.io/?EIO=4)~"
     R"~(&transport=websocket","query":{"EIO":"4","transport":"websocket"},"auth":{}},"rooms")~"
     R"~(:["NykeIJX6UwfIsMTyAAAL","r1","r2"],"data":{}}]},"uid":"f0c92cf6001b2ada","nsp":"/"})~"},
    {"fetchSockets/with-data.2",
     R"~({"type":7,"data":{"opts":{"rooms":[],"except":[],"flags":{}},"requestId":"ed22946923)~"
     R"~(2db3ea"},"uid":"157170ff43c2f87e","nsp":"/"})~"},
    {"fetchSockets/with-data.3",
     R"~({"type":8,"data":{"requestId":"ed229469232db3ea","sockets":[{"id":"NykeIJX6UwfIsMTyA)~"
     R"~(AAL","handshake":{"headers":{"sec-websocket-version":"13","sec-websocket-key":"Dgt+N)~"
     R"~(QxLIhODCRCPryLvGg==","connection":"Upgrade","upgrade":"websocket","sec-websocket-ext)~"
     R"~(ensions":"permessage-deflate; client_max_window_bits","host":"127.0.0.1:41221"},"tim)~"
     R"~(e":"Sun Nov 22 2026 09:23:54 GMT+0000 (Coordinated Universal Time)","address":"127.0)~"
     R"~(.0.1","xdomain":false,"secure":false,"issued":1795339434518,"url":"/socket.io/?EIO=4)~"
     R"~(&transport=websocket","query":{"EIO":"4","transport":"websocket"},"auth":{}},"rooms")~"
     R"~(:["NykeIJX6UwfIsMTyAAAL","r1","r2"],"data":{"user":"bob","n":7}}]},"uid":"f0c92cf600)~"
     R"~(1b2ada","nsp":"/"})~"},
    {"fetchSockets/with-binary-data.2",
     R"~({"type":7,"data":{"opts":{"rooms":[],"except":[],"flags":{}},"requestId":"1f29c21fb9)~"
     R"~(7c63e0"},"uid":"157170ff43c2f87e","nsp":"/"})~"},
    {"fetchSockets/with-binary-data.3",
     R"~(84a47479706508a46461746182a9726571756573744964b031663239633231666239376336336530a773)~"
     R"~(6f636b6574739184a26964b44e796b65494a583655776649734d54794141414ca968616e647368616b65)~"
     R"~(89a76865616465727386b57365632d776562736f636b65742d76657273696f6ea23133b17365632d7765)~"
     R"~(62736f636b65742d6b6579b84467742b4e51784c49684f444352435072794c7647673d3daa636f6e6e65)~"
     R"~(6374696f6ea755706772616465a775706772616465a9776562736f636b6574b87365632d776562736f63)~"
     R"~(6b65742d657874656e73696f6e73d92a7065726d6573736167652d6465666c6174653b20636c69656e74)~"
     R"~(5f6d61785f77696e646f775f62697473a4686f7374af3132372e302e302e313a3431323231a474696d65)~"
     R"~(d93e53756e204e6f7620323220323032362030393a32333a353420474d542b303030302028436f6f7264)~"
     R"~(696e6174656420556e6976657273616c2054696d6529a761646472657373a93132372e302e302e31a778)~"
     R"~(646f6d61696ec2a6736563757265c2a6697373756564cf000001a20291ba16a375726cd9252f736f636b)~"
     R"~(65742e696f2f3f45494f3d34267472616e73706f72743d776562736f636b6574a5717565727982a34549)~"
     R"~(4fa134a97472616e73706f7274a9776562736f636b6574a46175746880a5726f6f6d7393b44e796b6549)~"
     R"~(4a583655776649734d54794141414ca27231a27232a46461746181a4626c6f62c402cafea3756964b066)~"
     R"~(306339326366363030316232616461a36e7370a12f)~"},
    {"socketsJoin.1",
     R"~({"type":4,"data":{"opts":{"rooms":["r1"],"except":[],"flags":{}},"rooms":["z1","z2"])~"
     R"~(},"uid":"157170ff43c2f87e","nsp":"/"})~"},
    {"socketsLeave.1",
     R"~({"type":5,"data":{"opts":{"rooms":["r1"],"except":[],"flags":{}},"rooms":["z2"]},"ui)~"
     R"~(d":"157170ff43c2f87e","nsp":"/"})~"},
    {"socketsJoin/all-except.1",
     R"~({"type":4,"data":{"opts":{"rooms":[],"except":["nobody"],"flags":{}},"rooms":["z3"]})~"
     R"~(,"uid":"157170ff43c2f87e","nsp":"/"})~"},
    {"disconnectSockets/keep-connection",
     R"~({"type":6,"data":{"opts":{"rooms":["nobody"],"except":[],"flags":{}},"close":false},)~"
     R"~("uid":"157170ff43c2f87e","nsp":"/"})~"},
    {"disconnectSockets/close",
     R"~({"type":6,"data":{"opts":{"rooms":["nobody"],"except":[],"flags":{}},"close":true},")~"
     R"~(uid":"157170ff43c2f87e","nsp":"/"})~"},
    {"serverSideEmit/string",
     R"~({"type":9,"data":{"packet":["sse","a",1,{"b":true}]},"uid":"157170ff43c2f87e","nsp":)~"
     R"~("/"})~"},
    {"serverSideEmit/binary",
     R"~(84a47479706509a46461746181a67061636b657492a3737365c4020102a3756964b03135373137306666)~"
     R"~(3433633266383765a36e7370a12f)~"},
    {"serverSideEmit/ack-string.2",
     R"~({"type":9,"data":{"requestId":"e3f26d2cc0a9ec81","packet":["sseack","q"]},"uid":"157)~"
     R"~(170ff43c2f87e","nsp":"/"})~"},
    {"serverSideEmit/ack-string.3",
     R"~({"type":10,"data":{"requestId":"e3f26d2cc0a9ec81","packet":"pong"},"uid":"f0c92cf600)~"
     R"~(1b2ada","nsp":"/"})~"},
    {"serverSideEmit/ack-binary.2",
     R"~({"type":9,"data":{"requestId":"6920cf849ff375d8","packet":["sseackbin","q"]},"uid":")~"
     R"~(157170ff43c2f87e","nsp":"/"})~"},
    {"serverSideEmit/ack-binary.3",
     R"~(84a4747970650aa46461746182a9726571756573744964b036393230636638343966663337356438a670)~"
     R"~(61636b6574c4020304a3756964b066306339326366363030316232616461a36e7370a12f)~"},
    {"serverSideEmit/ack-undefined.2",
     R"~({"type":9,"data":{"requestId":"00d956a78bec10e3","packet":["sseackundef"]},"uid":"15)~"
     R"~(7170ff43c2f87e","nsp":"/"})~"},
    {"serverSideEmit/ack-undefined.3",
     R"~({"type":10,"data":{"requestId":"00d956a78bec10e3"},"uid":"f0c92cf6001b2ada","nsp":"/)~"
     R"~("})~"},
    {"room-20-chars",
     R"~({"type":3,"data":{"packet":{"type":2,"data":["hi"]},"opts":{"rooms":["abcdefghijklmn)~"
     R"~(opqrst"],"except":[],"flags":{}}},"uid":"157170ff43c2f87e","nsp":"/"})~"},
};
// clang-format on

}  // namespace socketio::test
