#import "shell/LiveToolbar.h"

static UIBarButtonItem* MakeItem(NSString* title, NSString* symbol, void (^action)(void)) {
  UIAction* tap = [UIAction actionWithTitle:title
                                      image:[UIImage systemImageNamed:symbol]
                                 identifier:nil
                                    handler:^(UIAction* tapped) {
                                      action();
                                    }];
  UIBarButtonItem* item = [[UIBarButtonItem alloc] initWithPrimaryAction:tap];
  item.accessibilityLabel = title;
  return item;
}

@implementation LiveToolbar {
  UIBarButtonItem* _takeItem;
  UIBarButtonItem* _pickItem;
}

- (instancetype)initWithScreens:(Screens*)screens {
  self = [super init];
  if (self) [self makeItems:screens];
  return self;
}

- (void)makeItems:(Screens*)screens {
  __weak LiveToolbar* weakSelf = self;
  _takeItem = MakeItem(NSLocalizedString(@"Take a picture", nil), @"camera", ^{
    if (weakSelf.take) weakSelf.take();
  });
  _pickItem = MakeItem(NSLocalizedString(@"Pick a picture", nil), @"photo.on.rectangle", ^{
    [screens pick];
  });
  UIBarButtonItem* history = MakeItem(NSLocalizedString(@"History", nil), @"clock", ^{
    [screens showHistory];
  });
  UIBarButtonItem* settings = MakeItem(NSLocalizedString(@"Settings", nil), @"gearshape", ^{
    [screens showSettings];
  });
  _items = @[
    _takeItem, [UIBarButtonItem flexibleSpaceItem], _pickItem, [UIBarButtonItem flexibleSpaceItem],
    history, [UIBarButtonItem flexibleSpaceItem], settings
  ];
}

- (BOOL)canTake {
  return _takeItem.enabled;
}

- (void)setCanTake:(BOOL)canTake {
  _takeItem.enabled = canTake;
}

- (BOOL)canPick {
  return _pickItem.enabled;
}

- (void)setCanPick:(BOOL)canPick {
  _pickItem.enabled = canPick;
}

@end
