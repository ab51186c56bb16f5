// The same file is the program that jobs run: --trial FILE --result FILE.
using MLNet.MultiTask;
using MLNet.MultiTask.Tests;

if (args is not ["--trial", var trial, "--result", var result])
    throw new ArgumentException($"'{string.Join(' ', args)}' is no trial");
try
{
    if (SlurmTrial.Run(trial, result, TestSweep.Learners, threads: 1) is { } error)
        Console.WriteLine(error);
    return 0;
}
catch (WorkerRefusedException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
