using MLNet.MultiTask.Tests.Persistence;

// The other process of the tests that load a model in one.
ChildProcess.Run(args);
