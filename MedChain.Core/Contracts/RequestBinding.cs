using MedChain.Core.Contracts.Bytecode.Compilation;
using MedChain.Core.Contracts.Bytecode.Modules;

namespace MedChain.Core.Contracts;

/// <summary>A request together with a store: the entities that it names are looked up once.</summary>
internal sealed class RequestBinding
{
    private readonly EntityValue _principalValue;
    private readonly EntityValue _actionValue;
    private readonly EntityValue _resourceValue;
    private readonly StoredEntity? _action;
    private Known? _known;

    public RequestBinding(AuthorizationRequest request, EntityStore entities)
    {
        Request = request;
        Entities = entities;
        _principalValue = request.PrincipalValue;
        _actionValue = request.ActionValue;
        _resourceValue = request.ResourceValue;
        Principal = entities.Find(request.Principal);
        Resource = entities.Find(request.Resource);
        _action = entities.Find(request.Action);
        HasShortNames = IsShort(request.Principal) && IsShort(request.Resource) && IsShort(request.Action);
    }

    public AuthorizationRequest Request { get; }

    public EntityStore Entities { get; }

    public StoredEntity? Principal { get; }

    public StoredEntity? Resource { get; }

    /// <summary>Gets whether bytecode may be asked: it compares identifiers at a fixed price.</summary>
    public bool HasShortNames { get; }

    /// <summary>An entity in the store.</summary>
    public StoredEntity? Find(EntityValue entity) =>
        ReferenceEquals(entity, _resourceValue) ? Resource
        : ReferenceEquals(entity, _principalValue) ? Principal
        : ReferenceEquals(entity, _actionValue) ? _action
        : Entities.Find(entity.Uid);

    /// <summary>What some policies have for this kind of request; looked up once for the same policies in a row.</summary>
    public CompiledEnvironment? EnvironmentOf(CompiledPolicies policies)
    {
        // One reference is read and written at once, so two threads at most look the same up twice.
        Known? known = _known;
        if (known is null || known.Policies != policies)
        {
            _known = known = new Known(policies, policies.Find(Request));
        }

        return known.Environment;
    }

    private static bool IsShort(EntityUid uid) =>
        uid.Id.Length <= ModuleLimits.EntityIdLength && uid.Type.Length <= ModuleLimits.EntityTypeLength;

    private sealed record Known(CompiledPolicies Policies, CompiledEnvironment? Environment);
}
