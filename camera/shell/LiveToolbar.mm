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

- (instancetype)init {
  self = [super init];
  if (self) [self makeItems];
  return self;
}

- (void)makeItems {
  __weak LiveToolbar* weakSelf = self;
  _takeItem = MakeItem(NSLocalizedString(@"Take a picture", nil), @"camera", ^{
    if (weakSelf.take) weakSelf.take();
  });
  _pickItem = MakeItem(NSLocalizedString(@"Pick a picture", nil), @"photo.on.rectangle", ^{
    if (weakSelf.pick) weakSelf.pick();
  });
  UIBarButtonItem* history = MakeItem(NSLocalizedString(@"History", nil), @"clock", ^{
    if (weakSelf.showHistory) weakSelf.showHistory();
  });
  UIBarButtonItem* settings = MakeItem(NSLocalizedString(@"Settings", nil), @"gearshape", ^{
    if (weakSelf.showSettings) weakSelf.showSettings();
  });
  UIBarButtonItem* space = [UIBarButtonItem flexibleSpaceItem];
  _items = @[ _takeItem, space, _pickItem, space, history, space, settings ];
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
