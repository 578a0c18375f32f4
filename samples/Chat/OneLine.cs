// The line that moves the chat to Fast Sockets. Without it, Program.cs is a program on System.Net.Sockets.Socket.
global using Socket = FastSockets.FastSocket;
