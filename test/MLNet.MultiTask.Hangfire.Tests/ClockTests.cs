using Mono.Cecil;
using Mono.Cecil.Cil;

namespace MLNet.MultiTask.Tests;

/// <summary>Clocks of machines differ: leases are by the database's only.</summary>
[TestClass]
public sealed class ClockTests
{
    [TestMethod]
    public void Assembly_NoMethod_AsksTheClockOfTheMachine()
    {
        using AssemblyDefinition assembly = AssemblyDefinition.ReadAssembly(typeof(HangfireExecutor).Assembly.Location);
        string[] asking = [.. assembly.MainModule.Types.SelectMany(t => t.NestedTypes.Prepend(t))
            .SelectMany(t => t.Methods)
            .Where(m => m.HasBody && m.Body.Instructions.Any(i => i.OpCode != OpCodes.Nop
                && i.Operand is MethodReference
                { DeclaringType.Name: "DateTime" or "DateTimeOffset" or "TimeProvider" }))
            .Select(m => m.FullName)];
        Assert.IsEmpty(asking, string.Join('\n', asking));
    }
}
