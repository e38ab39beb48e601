// A client of the program in main.cpp: it shows what is new, however slow it is.
import { io } from "socket.io-client";

const socket = io(process.argv[2] ?? "http://localhost:3000");
socket.on("price", (thing, price) => console.log(thing, "costs", price));
socket.on("picture", (number, picture) => console.log("picture", number, "of", picture.length));
let count = 0;
socket.on("number", (n) => n === count++ || console.log("number", n, "is missing"));
socket.emit("numbers", 100_000);
