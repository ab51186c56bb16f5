// The same file is the worker and the coordinator of tests that kill processes.
return await MLNet.MultiTask.Tests.ChildProgram.RunAsync(args);
